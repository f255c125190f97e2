// Generated from crds/registryindex.yaml by "npm run generate". Do not edit.
export const SPEC_SCHEMA = {
  "description": "What is wanted.",
  "type": "object",
  "required": [
    "database",
    "region",
    "bucket"
  ],
  "properties": {
    "database": {
      "description": "Prefix of the table names.",
      "type": "string",
      "maxLength": 200
    },
    "repositoryTable": {
      "description": "Name of the repository table; <database>-repository when left out.",
      "type": "string",
      "maxLength": 255
    },
    "versionTable": {
      "description": "Name of the version table; <database>-version when left out.",
      "type": "string",
      "maxLength": 255
    },
    "region": {
      "description": "AWS region of the tables, such as eu-west-1.",
      "type": "string",
      "maxLength": 64
    },
    "bucket": {
      "description": "The registry's S3 bucket. It is never created.",
      "type": "string",
      "maxLength": 63
    },
    "storage": {
      "description": "How the registry's bucket is reached and read.",
      "type": "object",
      "properties": {
        "rootDirectory": {
          "description": "The registry's rootdirectory in the bucket; for docker-registry v1 its storage_path, which is looked for at registry and in the whole bucket when left out.",
          "type": "string",
          "maxLength": 512
        },
        "layout": {
          "description": "Layout of the registry's storage. V2 is that of distribution v2 and v3, V1 that of docker-registry; Auto finds out, and reads both as one registry where the bucket holds both.",
          "type": "string",
          "enum": [
            "Auto",
            "V2",
            "V1"
          ],
          "default": "Auto"
        },
        "region": {
          "description": "Region of the bucket; that of the tables when left out.",
          "type": "string",
          "maxLength": 64
        },
        "endpoint": {
          "description": "URL of an S3-compatible service. The chart's allowedEndpoints must allow it.",
          "type": "string",
          "maxLength": 512
        },
        "forcePathStyle": {
          "description": "Put the bucket in the path instead of the host name, as most S3-compatible services want.",
          "type": "boolean"
        }
      }
    },
    "dynamodb": {
      "description": "How the tables are made. What is left out is not managed.",
      "type": "object",
      "properties": {
        "endpoint": {
          "description": "URL of a DynamoDB-compatible service. The chart's allowedEndpoints must allow it.",
          "type": "string",
          "maxLength": 512
        },
        "billing": {
          "description": "How requests to the tables are paid for.",
          "type": "object",
          "required": [
            "mode"
          ],
          "properties": {
            "mode": {
              "description": "OnDemand pays each request, Provisioned a rate a second.",
              "type": "string",
              "enum": [
                "OnDemand",
                "Provisioned"
              ]
            },
            "readUnits": {
              "description": "Read units a second of each table, with mode Provisioned.",
              "type": "integer",
              "format": "int32",
              "minimum": 1,
              "maximum": 1000000
            },
            "writeUnits": {
              "description": "Write units a second of each table, with mode Provisioned.",
              "type": "integer",
              "format": "int32",
              "minimum": 1,
              "maximum": 1000000
            },
            "maxReadRequestUnits": {
              "description": "The most read units a second of each table, and of its index, with mode OnDemand - a brake on what they may cost. More is throttled, and asked for again later.",
              "type": "integer",
              "format": "int32",
              "minimum": 1,
              "maximum": 1000000
            },
            "maxWriteRequestUnits": {
              "description": "The same of write units. Backfill, resync and indexer stay below it by themselves.",
              "type": "integer",
              "format": "int32",
              "minimum": 1,
              "maximum": 1000000
            },
            "warmThroughput": {
              "description": "What the repository table can take at once when it is made, so that a large backfill need not wait until DynamoDB has made room for it. It costs once, and is not managed later.",
              "type": "object",
              "required": [
                "readUnits",
                "writeUnits"
              ],
              "properties": {
                "readUnits": {
                  "description": "Read units a second.",
                  "type": "integer",
                  "format": "int32",
                  "minimum": 12000,
                  "maximum": 1000000
                },
                "writeUnits": {
                  "description": "Write units a second.",
                  "type": "integer",
                  "format": "int32",
                  "minimum": 4000,
                  "maximum": 1000000
                }
              }
            }
          }
        },
        "pointInTimeRecovery": {
          "description": "Whether the tables can be restored to any second of the last 35 days. It costs by their size.",
          "type": "boolean"
        },
        "deletionProtection": {
          "description": "Whether DynamoDB refuses to delete the tables. With deletionPolicy Delete it is turned off first.",
          "type": "boolean"
        },
        "kmsKey": {
          "description": "ARN, id or alias of the KMS key that encrypts the tables.",
          "type": "string",
          "maxLength": 2048
        },
        "tags": {
          "description": "Tags of both tables, beside those that name the owner.",
          "type": "object",
          "maxProperties": 40,
          "additionalProperties": {
            "type": "string",
            "maxLength": 256
          }
        }
      }
    },
    "registry": {
      "description": "The registry itself.",
      "type": "object",
      "properties": {
        "url": {
          "description": "What people pull from, such as https://registry.example.com.",
          "type": "string",
          "maxLength": 512
        }
      }
    },
    "credentials": {
      "description": "Whose rights on AWS are used. The ambient credentials of the operator and of its pods when left out.",
      "type": "object",
      "properties": {
        "roleArn": {
          "description": "ARN of a role of IAM, which is assumed with the keys of the Secret, or with ambient credentials. The chart's allowedRoles must allow it for this namespace. The external id is CLUSTER/NAMESPACE/NAME.",
          "type": "string",
          "minLength": 1,
          "maxLength": 640
        },
        "secretRef": {
          "description": "A Secret in this namespace with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
          "type": "object",
          "required": [
            "name"
          ],
          "properties": {
            "name": {
              "description": "Name of an object in this namespace.",
              "type": "string",
              "minLength": 1,
              "maxLength": 253
            }
          }
        }
      }
    },
    "serviceAccountName": {
      "description": "ServiceAccount, in this namespace, of the pods that are made.",
      "type": "string",
      "minLength": 1,
      "maxLength": 253
    },
    "podTemplate": {
      "description": "What the pods have besides what they need. More specific settings win, field by field - those of backfill, search and indexer before this one, and this one before podDefaults of the operator's chart. Labels, annotations, nodeSelector, env and proxy are joined by their keys.",
      "type": "object",
      "properties": {
        "labels": {
          "description": "Labels of the pods, beside those that say whose they are.",
          "type": "object",
          "maxProperties": 32,
          "additionalProperties": {
            "type": "string",
            "maxLength": 63
          }
        },
        "annotations": {
          "description": "Annotations of the pods.",
          "type": "object",
          "maxProperties": 32,
          "additionalProperties": {
            "type": "string",
            "maxLength": 4096
          }
        },
        "env": {
          "description": "Environment variables.",
          "type": "array",
          "items": {
            "type": "object",
            "required": [
              "name"
            ],
            "properties": {
              "name": {
                "description": "Name of the variable.",
                "type": "string",
                "minLength": 1,
                "maxLength": 253
              },
              "value": {
                "description": "Its value.",
                "type": "string",
                "maxLength": 4096
              },
              "valueFrom": {
                "description": "Where its value comes from, as in a Pod.",
                "type": "object"
              }
            }
          }
        },
        "imagePullSecrets": {
          "description": "Secrets of this namespace with which the image is pulled.",
          "type": "array",
          "items": {
            "type": "object",
            "required": [
              "name"
            ],
            "properties": {
              "name": {
                "description": "Name of the Secret.",
                "type": "string",
                "minLength": 1,
                "maxLength": 253
              }
            }
          }
        },
        "nodeSelector": {
          "description": "Labels that a node must have.",
          "type": "object",
          "maxProperties": 32,
          "additionalProperties": {
            "type": "string",
            "maxLength": 63
          }
        },
        "tolerations": {
          "description": "Taints of nodes that the pods bear, as in a Pod.",
          "type": "array",
          "items": {
            "type": "object"
          }
        },
        "affinity": {
          "description": "Which nodes and neighbours are preferred or required, as in a Pod.",
          "type": "object"
        },
        "topologySpreadConstraints": {
          "description": "How pods are spread over zones and nodes, as in a Pod.",
          "type": "array",
          "items": {
            "type": "object"
          }
        },
        "priorityClassName": {
          "description": "The PriorityClass; none of the system's own.",
          "type": "string",
          "minLength": 1,
          "maxLength": 253
        },
        "runtimeClassName": {
          "description": "The RuntimeClass.",
          "type": "string",
          "minLength": 1,
          "maxLength": 253
        },
        "proxy": {
          "description": "The proxies through which AWS, other stores and the registry are asked; other pods are never asked through one. A password in a URL is seen by all who may read the resource or its pods.",
          "type": "object",
          "properties": {
            "httpsProxy": {
              "description": "For https, such as http://proxy.example.com:3128.",
              "type": "string",
              "maxLength": 512
            },
            "httpProxy": {
              "description": "For http.",
              "type": "string",
              "maxLength": 512
            },
            "noProxy": {
              "description": "What is asked directly, with commas between - hosts, which stand for those below them too, *.example.com, addresses and networks such as 10.0.0.0/8; each but a network may end with a port.",
              "type": "string",
              "maxLength": 4096
            }
          }
        },
        "caBundle": {
          "description": "Certificates in PEM that the pods trust besides those of public authorities, in a ConfigMap or a Secret of this namespace. Pods are replaced when they change. The operator trusts those of its chart.",
          "type": "object",
          "properties": {
            "configMapRef": {
              "description": "The ConfigMap.",
              "type": "object",
              "required": [
                "name"
              ],
              "properties": {
                "name": {
                  "description": "Its name.",
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 253
                },
                "key": {
                  "description": "Which of its entries.",
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 253,
                  "default": "ca.crt"
                }
              }
            },
            "secretRef": {
              "description": "The Secret.",
              "type": "object",
              "required": [
                "name"
              ],
              "properties": {
                "name": {
                  "description": "Its name.",
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 253
                },
                "key": {
                  "description": "Which of its entries.",
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 253,
                  "default": "ca.crt"
                }
              }
            }
          }
        }
      }
    },
    "backfill": {
      "description": "The Jobs that fill new tables from the bucket, and those that compare filled ones with it (resync).",
      "type": "object",
      "properties": {
        "workers": {
          "description": "Pods that share the work of filling; a resync is one.",
          "type": "integer",
          "format": "int32",
          "minimum": 1,
          "maximum": 64,
          "default": 1
        },
        "concurrency": {
          "description": "Requests to each service, S3 and DynamoDB, that a worker has under way at once, at most; fewer while a service throttles or fails.",
          "type": "integer",
          "format": "int32",
          "minimum": 1,
          "maximum": 256,
          "default": 32
        },
        "resources": {
          "description": "CPU, memory and storage of each pod; a small default when left out.",
          "type": "object",
          "properties": {
            "requests": {
              "description": "Amounts by resource, such as cpu and memory, as pods have them.",
              "type": "object",
              "maxProperties": 16,
              "additionalProperties": {
                "anyOf": [
                  {
                    "type": "integer"
                  },
                  {
                    "type": "string"
                  }
                ]
              }
            },
            "limits": {
              "description": "Amounts by resource, such as cpu and memory, as pods have them.",
              "type": "object",
              "maxProperties": 16,
              "additionalProperties": {
                "anyOf": [
                  {
                    "type": "integer"
                  },
                  {
                    "type": "string"
                  }
                ]
              }
            }
          }
        },
        "credentials": {
          "description": "Whose rights on AWS are used. The ambient credentials of the operator and of its pods when left out.",
          "type": "object",
          "properties": {
            "roleArn": {
              "description": "ARN of a role of IAM, which is assumed with the keys of the Secret, or with ambient credentials. The chart's allowedRoles must allow it for this namespace. The external id is CLUSTER/NAMESPACE/NAME.",
              "type": "string",
              "minLength": 1,
              "maxLength": 640
            },
            "secretRef": {
              "description": "A Secret in this namespace with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
              "type": "object",
              "required": [
                "name"
              ],
              "properties": {
                "name": {
                  "description": "Name of an object in this namespace.",
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 253
                }
              }
            }
          }
        },
        "podTemplate": {
          "description": "What the pods have besides what they need. More specific settings win, field by field - those of backfill, search and indexer before this one, and this one before podDefaults of the operator's chart. Labels, annotations, nodeSelector, env and proxy are joined by their keys.",
          "type": "object",
          "properties": {
            "labels": {
              "description": "Labels of the pods, beside those that say whose they are.",
              "type": "object",
              "maxProperties": 32,
              "additionalProperties": {
                "type": "string",
                "maxLength": 63
              }
            },
            "annotations": {
              "description": "Annotations of the pods.",
              "type": "object",
              "maxProperties": 32,
              "additionalProperties": {
                "type": "string",
                "maxLength": 4096
              }
            },
            "env": {
              "description": "Environment variables.",
              "type": "array",
              "items": {
                "type": "object",
                "required": [
                  "name"
                ],
                "properties": {
                  "name": {
                    "description": "Name of the variable.",
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 253
                  },
                  "value": {
                    "description": "Its value.",
                    "type": "string",
                    "maxLength": 4096
                  },
                  "valueFrom": {
                    "description": "Where its value comes from, as in a Pod.",
                    "type": "object"
                  }
                }
              }
            },
            "imagePullSecrets": {
              "description": "Secrets of this namespace with which the image is pulled.",
              "type": "array",
              "items": {
                "type": "object",
                "required": [
                  "name"
                ],
                "properties": {
                  "name": {
                    "description": "Name of the Secret.",
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 253
                  }
                }
              }
            },
            "nodeSelector": {
              "description": "Labels that a node must have.",
              "type": "object",
              "maxProperties": 32,
              "additionalProperties": {
                "type": "string",
                "maxLength": 63
              }
            },
            "tolerations": {
              "description": "Taints of nodes that the pods bear, as in a Pod.",
              "type": "array",
              "items": {
                "type": "object"
              }
            },
            "affinity": {
              "description": "Which nodes and neighbours are preferred or required, as in a Pod.",
              "type": "object"
            },
            "topologySpreadConstraints": {
              "description": "How pods are spread over zones and nodes, as in a Pod.",
              "type": "array",
              "items": {
                "type": "object"
              }
            },
            "priorityClassName": {
              "description": "The PriorityClass; none of the system's own.",
              "type": "string",
              "minLength": 1,
              "maxLength": 253
            },
            "runtimeClassName": {
              "description": "The RuntimeClass.",
              "type": "string",
              "minLength": 1,
              "maxLength": 253
            },
            "proxy": {
              "description": "The proxies through which AWS, other stores and the registry are asked; other pods are never asked through one. A password in a URL is seen by all who may read the resource or its pods.",
              "type": "object",
              "properties": {
                "httpsProxy": {
                  "description": "For https, such as http://proxy.example.com:3128.",
                  "type": "string",
                  "maxLength": 512
                },
                "httpProxy": {
                  "description": "For http.",
                  "type": "string",
                  "maxLength": 512
                },
                "noProxy": {
                  "description": "What is asked directly, with commas between - hosts, which stand for those below them too, *.example.com, addresses and networks such as 10.0.0.0/8; each but a network may end with a port.",
                  "type": "string",
                  "maxLength": 4096
                }
              }
            },
            "caBundle": {
              "description": "Certificates in PEM that the pods trust besides those of public authorities, in a ConfigMap or a Secret of this namespace. Pods are replaced when they change. The operator trusts those of its chart.",
              "type": "object",
              "properties": {
                "configMapRef": {
                  "description": "The ConfigMap.",
                  "type": "object",
                  "required": [
                    "name"
                  ],
                  "properties": {
                    "name": {
                      "description": "Its name.",
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 253
                    },
                    "key": {
                      "description": "Which of its entries.",
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 253,
                      "default": "ca.crt"
                    }
                  }
                },
                "secretRef": {
                  "description": "The Secret.",
                  "type": "object",
                  "required": [
                    "name"
                  ],
                  "properties": {
                    "name": {
                      "description": "Its name.",
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 253
                    },
                    "key": {
                      "description": "Which of its entries.",
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 253,
                      "default": "ca.crt"
                    }
                  }
                }
              }
            }
          }
        },
        "serviceAccountName": {
          "description": "ServiceAccount, in this namespace, of the pods that are made.",
          "type": "string",
          "minLength": 1,
          "maxLength": 253
        }
      }
    },
    "indexer": {
      "description": "The Deployment that indexes what notifications name; see notifications.",
      "type": "object",
      "properties": {
        "resources": {
          "description": "CPU, memory and storage of each pod; a small default when left out.",
          "type": "object",
          "properties": {
            "requests": {
              "description": "Amounts by resource, such as cpu and memory, as pods have them.",
              "type": "object",
              "maxProperties": 16,
              "additionalProperties": {
                "anyOf": [
                  {
                    "type": "integer"
                  },
                  {
                    "type": "string"
                  }
                ]
              }
            },
            "limits": {
              "description": "Amounts by resource, such as cpu and memory, as pods have them.",
              "type": "object",
              "maxProperties": 16,
              "additionalProperties": {
                "anyOf": [
                  {
                    "type": "integer"
                  },
                  {
                    "type": "string"
                  }
                ]
              }
            }
          }
        },
        "credentials": {
          "description": "Whose rights on AWS are used. The ambient credentials of the operator and of its pods when left out.",
          "type": "object",
          "properties": {
            "roleArn": {
              "description": "ARN of a role of IAM, which is assumed with the keys of the Secret, or with ambient credentials. The chart's allowedRoles must allow it for this namespace. The external id is CLUSTER/NAMESPACE/NAME.",
              "type": "string",
              "minLength": 1,
              "maxLength": 640
            },
            "secretRef": {
              "description": "A Secret in this namespace with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
              "type": "object",
              "required": [
                "name"
              ],
              "properties": {
                "name": {
                  "description": "Name of an object in this namespace.",
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 253
                }
              }
            }
          }
        },
        "podTemplate": {
          "description": "What the pods have besides what they need. More specific settings win, field by field - those of backfill, search and indexer before this one, and this one before podDefaults of the operator's chart. Labels, annotations, nodeSelector, env and proxy are joined by their keys.",
          "type": "object",
          "properties": {
            "labels": {
              "description": "Labels of the pods, beside those that say whose they are.",
              "type": "object",
              "maxProperties": 32,
              "additionalProperties": {
                "type": "string",
                "maxLength": 63
              }
            },
            "annotations": {
              "description": "Annotations of the pods.",
              "type": "object",
              "maxProperties": 32,
              "additionalProperties": {
                "type": "string",
                "maxLength": 4096
              }
            },
            "env": {
              "description": "Environment variables.",
              "type": "array",
              "items": {
                "type": "object",
                "required": [
                  "name"
                ],
                "properties": {
                  "name": {
                    "description": "Name of the variable.",
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 253
                  },
                  "value": {
                    "description": "Its value.",
                    "type": "string",
                    "maxLength": 4096
                  },
                  "valueFrom": {
                    "description": "Where its value comes from, as in a Pod.",
                    "type": "object"
                  }
                }
              }
            },
            "imagePullSecrets": {
              "description": "Secrets of this namespace with which the image is pulled.",
              "type": "array",
              "items": {
                "type": "object",
                "required": [
                  "name"
                ],
                "properties": {
                  "name": {
                    "description": "Name of the Secret.",
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 253
                  }
                }
              }
            },
            "nodeSelector": {
              "description": "Labels that a node must have.",
              "type": "object",
              "maxProperties": 32,
              "additionalProperties": {
                "type": "string",
                "maxLength": 63
              }
            },
            "tolerations": {
              "description": "Taints of nodes that the pods bear, as in a Pod.",
              "type": "array",
              "items": {
                "type": "object"
              }
            },
            "affinity": {
              "description": "Which nodes and neighbours are preferred or required, as in a Pod.",
              "type": "object"
            },
            "topologySpreadConstraints": {
              "description": "How pods are spread over zones and nodes, as in a Pod.",
              "type": "array",
              "items": {
                "type": "object"
              }
            },
            "priorityClassName": {
              "description": "The PriorityClass; none of the system's own.",
              "type": "string",
              "minLength": 1,
              "maxLength": 253
            },
            "runtimeClassName": {
              "description": "The RuntimeClass.",
              "type": "string",
              "minLength": 1,
              "maxLength": 253
            },
            "proxy": {
              "description": "The proxies through which AWS, other stores and the registry are asked; other pods are never asked through one. A password in a URL is seen by all who may read the resource or its pods.",
              "type": "object",
              "properties": {
                "httpsProxy": {
                  "description": "For https, such as http://proxy.example.com:3128.",
                  "type": "string",
                  "maxLength": 512
                },
                "httpProxy": {
                  "description": "For http.",
                  "type": "string",
                  "maxLength": 512
                },
                "noProxy": {
                  "description": "What is asked directly, with commas between - hosts, which stand for those below them too, *.example.com, addresses and networks such as 10.0.0.0/8; each but a network may end with a port.",
                  "type": "string",
                  "maxLength": 4096
                }
              }
            },
            "caBundle": {
              "description": "Certificates in PEM that the pods trust besides those of public authorities, in a ConfigMap or a Secret of this namespace. Pods are replaced when they change. The operator trusts those of its chart.",
              "type": "object",
              "properties": {
                "configMapRef": {
                  "description": "The ConfigMap.",
                  "type": "object",
                  "required": [
                    "name"
                  ],
                  "properties": {
                    "name": {
                      "description": "Its name.",
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 253
                    },
                    "key": {
                      "description": "Which of its entries.",
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 253,
                      "default": "ca.crt"
                    }
                  }
                },
                "secretRef": {
                  "description": "The Secret.",
                  "type": "object",
                  "required": [
                    "name"
                  ],
                  "properties": {
                    "name": {
                      "description": "Its name.",
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 253
                    },
                    "key": {
                      "description": "Which of its entries.",
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 253,
                      "default": "ca.crt"
                    }
                  }
                }
              }
            }
          }
        },
        "serviceAccountName": {
          "description": "ServiceAccount, in this namespace, of the pods that are made.",
          "type": "string",
          "minLength": 1,
          "maxLength": 253
        }
      }
    },
    "search": {
      "description": "The Deployment and Service that answer searches.",
      "type": "object",
      "properties": {
        "replicas": {
          "description": "Pods of the search service, as many as the chart's limits allow; not managed when left out, for an autoscaler.",
          "type": "integer",
          "format": "int32",
          "minimum": 0,
          "maximum": 100
        },
        "resources": {
          "description": "CPU, memory and storage of each pod; a small default when left out.",
          "type": "object",
          "properties": {
            "requests": {
              "description": "Amounts by resource, such as cpu and memory, as pods have them.",
              "type": "object",
              "maxProperties": 16,
              "additionalProperties": {
                "anyOf": [
                  {
                    "type": "integer"
                  },
                  {
                    "type": "string"
                  }
                ]
              }
            },
            "limits": {
              "description": "Amounts by resource, such as cpu and memory, as pods have them.",
              "type": "object",
              "maxProperties": 16,
              "additionalProperties": {
                "anyOf": [
                  {
                    "type": "integer"
                  },
                  {
                    "type": "string"
                  }
                ]
              }
            }
          }
        },
        "access": {
          "description": "Who may search, and what they find. Everybody, and what is not private, when left out.",
          "type": "object",
          "required": [
            "mode"
          ],
          "properties": {
            "mode": {
              "description": "How callers are identified. Registry asks the registry itself, by the login that people have there already. Htpasswd reads the registry's own htpasswd file. ForwardedUser believes a proxy in front, such as oauth2-proxy, that proves itself by a secret. Anonymous identifies no caller.",
              "type": "string",
              "enum": [
                "Anonymous",
                "Registry",
                "Htpasswd",
                "ForwardedUser"
              ]
            },
            "registry": {
              "description": "How the registry is asked. Only GET /v2/ is, and the token realm that it names.",
              "type": "object",
              "properties": {
                "url": {
                  "description": "The registry's URL as search pods reach it; registry.url when left out.",
                  "type": "string",
                  "maxLength": 512
                },
                "tokenURL": {
                  "description": "Where clients get tokens, in place of the realm that the registry names, which is often not reachable from inside.",
                  "type": "string",
                  "maxLength": 512
                },
                "caSecretRef": {
                  "description": "Certificates in PEM that are trusted in addition. In this namespace.",
                  "type": "object",
                  "required": [
                    "name",
                    "key"
                  ],
                  "properties": {
                    "name": {
                      "description": "Name of the Secret.",
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 253
                    },
                    "key": {
                      "description": "Which of its entries.",
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 253
                    }
                  }
                }
              }
            },
            "recheckSeconds": {
              "description": "Seconds for which a good login is remembered; 60 when left out.",
              "type": "integer",
              "format": "int32",
              "minimum": 10,
              "maximum": 600
            },
            "htpasswdSecretRef": {
              "description": "The registry's htpasswd file, with bcrypt hashes. In this namespace; read again when it changes.",
              "type": "object",
              "required": [
                "name",
                "key"
              ],
              "properties": {
                "name": {
                  "description": "Name of the Secret.",
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 253
                },
                "key": {
                  "description": "Which of its entries.",
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 253
                }
              }
            },
            "forwardedUser": {
              "description": "The headers in which a proxy names the user.",
              "type": "object",
              "required": [
                "secretRef"
              ],
              "properties": {
                "secretRef": {
                  "description": "What the proxy proves itself with, in secretHeader; 16 characters or more. In this namespace; read again when it changes.",
                  "type": "object",
                  "required": [
                    "name",
                    "key"
                  ],
                  "properties": {
                    "name": {
                      "description": "Name of the Secret.",
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 253
                    },
                    "key": {
                      "description": "Which of its entries.",
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 253
                    }
                  }
                },
                "secretHeader": {
                  "description": "X-Registry-Index-Proxy-Secret when left out.",
                  "type": "string",
                  "maxLength": 100
                },
                "userHeader": {
                  "description": "X-Forwarded-User when left out.",
                  "type": "string",
                  "maxLength": 100
                },
                "groupsHeader": {
                  "description": "X-Forwarded-Groups when left out; groups with commas between them.",
                  "type": "string",
                  "maxLength": 100
                }
              }
            },
            "groups": {
              "description": "Members of groups, by the name of the group.",
              "type": "object",
              "maxProperties": 100,
              "additionalProperties": {
                "type": "array",
                "items": {
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 256
                }
              }
            },
            "rules": {
              "description": "What callers see: all that any of these gives them, in any order. When left out, users who are logged in see everything, and others do if the registry allows anonymous pulls.",
              "type": "array",
              "items": {
                "description": "What some callers see.",
                "type": "object",
                "required": [
                  "names"
                ],
                "properties": {
                  "names": {
                    "description": "Patterns of whole names, without the registry's host. * stands for any characters but a slash, ** for any at all; team/** does not fit team.",
                    "type": "array",
                    "items": {
                      "type": "string",
                      "maxLength": 255
                    }
                  },
                  "except": {
                    "description": "Patterns of names that this rule does not give; another may give them.",
                    "type": "array",
                    "items": {
                      "type": "string",
                      "maxLength": 255
                    }
                  },
                  "anonymous": {
                    "description": "For everybody, logged in or not; without the private repositories of docker-registry v1.",
                    "type": "boolean"
                  },
                  "authenticated": {
                    "description": "For everybody who is logged in.",
                    "type": "boolean"
                  },
                  "users": {
                    "description": "For these users, as the registry, the file or the proxy calls them.",
                    "type": "array",
                    "items": {
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 256
                    }
                  },
                  "groups": {
                    "description": "For the members of these groups.",
                    "type": "array",
                    "items": {
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 256
                    }
                  }
                }
              }
            }
          }
        },
        "cors": {
          "description": "Which web pages may read what search answers, from a browser and never with credentials. Only pages of its own address when left out.",
          "type": "object",
          "required": [
            "origins"
          ],
          "properties": {
            "origins": {
              "description": "Origins as browsers send them, such as https://ui.example.com or http://localhost:3000 - scheme, host in lower case, and the port where it is not the scheme's own. * alone allows every page.",
              "type": "array",
              "items": {
                "type": "string",
                "maxLength": 262
              }
            }
          }
        },
        "ingress": {
          "description": "An Ingress, by which search answers outside the cluster. On the host of registry.url it has the paths that the registry leaves free, on another all.",
          "type": "object",
          "required": [
            "host"
          ],
          "properties": {
            "host": {
              "description": "Name of the host, which allowedHosts of the operator's chart must allow for this namespace.",
              "type": "string",
              "minLength": 1,
              "maxLength": 253
            },
            "className": {
              "description": "The IngressClass; that of the cluster when left out.",
              "type": "string",
              "maxLength": 253
            },
            "tlsSecretName": {
              "description": "The Secret with the host's certificate.",
              "type": "string",
              "maxLength": 253
            }
          }
        },
        "httpRoute": {
          "description": "An HTTPRoute of the Gateway API, as ingress.",
          "type": "object",
          "required": [
            "host",
            "parentRefs"
          ],
          "properties": {
            "host": {
              "description": "As that of ingress.",
              "type": "string",
              "minLength": 1,
              "maxLength": 253
            },
            "parentRefs": {
              "description": "The Gateways, which decide themselves whose routes they take.",
              "type": "array",
              "minItems": 1,
              "items": {
                "description": "A Gateway, or a listener of it.",
                "type": "object",
                "required": [
                  "name"
                ],
                "properties": {
                  "name": {
                    "description": "Name of the Gateway.",
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 253
                  },
                  "namespace": {
                    "description": "That of the Gateway; this one when left out.",
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 63
                  },
                  "sectionName": {
                    "description": "Name of a listener.",
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 253
                  },
                  "port": {
                    "description": "Port of a listener.",
                    "type": "integer",
                    "format": "int32",
                    "minimum": 1,
                    "maximum": 65535
                  }
                }
              }
            }
          }
        },
        "credentials": {
          "description": "Whose rights on AWS are used. The ambient credentials of the operator and of its pods when left out.",
          "type": "object",
          "properties": {
            "roleArn": {
              "description": "ARN of a role of IAM, which is assumed with the keys of the Secret, or with ambient credentials. The chart's allowedRoles must allow it for this namespace. The external id is CLUSTER/NAMESPACE/NAME.",
              "type": "string",
              "minLength": 1,
              "maxLength": 640
            },
            "secretRef": {
              "description": "A Secret in this namespace with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
              "type": "object",
              "required": [
                "name"
              ],
              "properties": {
                "name": {
                  "description": "Name of an object in this namespace.",
                  "type": "string",
                  "minLength": 1,
                  "maxLength": 253
                }
              }
            }
          }
        },
        "podTemplate": {
          "description": "What the pods have besides what they need. More specific settings win, field by field - those of backfill, search and indexer before this one, and this one before podDefaults of the operator's chart. Labels, annotations, nodeSelector, env and proxy are joined by their keys.",
          "type": "object",
          "properties": {
            "labels": {
              "description": "Labels of the pods, beside those that say whose they are.",
              "type": "object",
              "maxProperties": 32,
              "additionalProperties": {
                "type": "string",
                "maxLength": 63
              }
            },
            "annotations": {
              "description": "Annotations of the pods.",
              "type": "object",
              "maxProperties": 32,
              "additionalProperties": {
                "type": "string",
                "maxLength": 4096
              }
            },
            "env": {
              "description": "Environment variables.",
              "type": "array",
              "items": {
                "type": "object",
                "required": [
                  "name"
                ],
                "properties": {
                  "name": {
                    "description": "Name of the variable.",
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 253
                  },
                  "value": {
                    "description": "Its value.",
                    "type": "string",
                    "maxLength": 4096
                  },
                  "valueFrom": {
                    "description": "Where its value comes from, as in a Pod.",
                    "type": "object"
                  }
                }
              }
            },
            "imagePullSecrets": {
              "description": "Secrets of this namespace with which the image is pulled.",
              "type": "array",
              "items": {
                "type": "object",
                "required": [
                  "name"
                ],
                "properties": {
                  "name": {
                    "description": "Name of the Secret.",
                    "type": "string",
                    "minLength": 1,
                    "maxLength": 253
                  }
                }
              }
            },
            "nodeSelector": {
              "description": "Labels that a node must have.",
              "type": "object",
              "maxProperties": 32,
              "additionalProperties": {
                "type": "string",
                "maxLength": 63
              }
            },
            "tolerations": {
              "description": "Taints of nodes that the pods bear, as in a Pod.",
              "type": "array",
              "items": {
                "type": "object"
              }
            },
            "affinity": {
              "description": "Which nodes and neighbours are preferred or required, as in a Pod.",
              "type": "object"
            },
            "topologySpreadConstraints": {
              "description": "How pods are spread over zones and nodes, as in a Pod.",
              "type": "array",
              "items": {
                "type": "object"
              }
            },
            "priorityClassName": {
              "description": "The PriorityClass; none of the system's own.",
              "type": "string",
              "minLength": 1,
              "maxLength": 253
            },
            "runtimeClassName": {
              "description": "The RuntimeClass.",
              "type": "string",
              "minLength": 1,
              "maxLength": 253
            },
            "proxy": {
              "description": "The proxies through which AWS, other stores and the registry are asked; other pods are never asked through one. A password in a URL is seen by all who may read the resource or its pods.",
              "type": "object",
              "properties": {
                "httpsProxy": {
                  "description": "For https, such as http://proxy.example.com:3128.",
                  "type": "string",
                  "maxLength": 512
                },
                "httpProxy": {
                  "description": "For http.",
                  "type": "string",
                  "maxLength": 512
                },
                "noProxy": {
                  "description": "What is asked directly, with commas between - hosts, which stand for those below them too, *.example.com, addresses and networks such as 10.0.0.0/8; each but a network may end with a port.",
                  "type": "string",
                  "maxLength": 4096
                }
              }
            },
            "caBundle": {
              "description": "Certificates in PEM that the pods trust besides those of public authorities, in a ConfigMap or a Secret of this namespace. Pods are replaced when they change. The operator trusts those of its chart.",
              "type": "object",
              "properties": {
                "configMapRef": {
                  "description": "The ConfigMap.",
                  "type": "object",
                  "required": [
                    "name"
                  ],
                  "properties": {
                    "name": {
                      "description": "Its name.",
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 253
                    },
                    "key": {
                      "description": "Which of its entries.",
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 253,
                      "default": "ca.crt"
                    }
                  }
                },
                "secretRef": {
                  "description": "The Secret.",
                  "type": "object",
                  "required": [
                    "name"
                  ],
                  "properties": {
                    "name": {
                      "description": "Its name.",
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 253
                    },
                    "key": {
                      "description": "Which of its entries.",
                      "type": "string",
                      "minLength": 1,
                      "maxLength": 253,
                      "default": "ca.crt"
                    }
                  }
                }
              }
            }
          }
        },
        "serviceAccountName": {
          "description": "ServiceAccount, in this namespace, of the pods that are made.",
          "type": "string",
          "minLength": 1,
          "maxLength": 253
        }
      }
    },
    "resync": {
      "description": "When the whole bucket is compared with the index, and what differs is mended. The annotation registryindex.dev/resync with any new value does so at once.",
      "type": "object",
      "properties": {
        "schedule": {
          "description": "A cron expression in UTC, of times five minutes apart or more (the chart's limits). Once a day when left out, at a time of this resource's own.",
          "type": "string",
          "minLength": 1,
          "maxLength": 100
        }
      }
    },
    "notifications": {
      "description": "Turns the indexer on, which indexes what is pushed as soon as it is announced: by the notifications of a distribution registry, by the events of a store, or by both. registry-index notifications prints what to configure there.",
      "type": "object",
      "properties": {
        "tokenSecretRef": {
          "description": "The token that the registry sends, as Authorization Bearer or as the password of Basic. In this namespace.",
          "type": "object",
          "required": [
            "name",
            "key"
          ],
          "properties": {
            "name": {
              "description": "Name of the Secret.",
              "type": "string",
              "minLength": 1,
              "maxLength": 253
            },
            "key": {
              "description": "Entry of the Secret.",
              "type": "string",
              "minLength": 1,
              "maxLength": 253
            }
          }
        },
        "webhookSecretRef": {
          "description": "The last part of the address that MinIO, Ceph or versitygw post their events to, for senders that can send no header. Letters, digits, '-' and '_'; another one than the token. In this namespace.",
          "type": "object",
          "required": [
            "name",
            "key"
          ],
          "properties": {
            "name": {
              "description": "Name of the Secret.",
              "type": "string",
              "minLength": 1,
              "maxLength": 253
            },
            "key": {
              "description": "Entry of the Secret.",
              "type": "string",
              "minLength": 1,
              "maxLength": 253
            }
          }
        },
        "sqs": {
          "description": "The queue that S3 sends the events of the bucket to, directly, through SNS or through EventBridge. Messages are deleted once the index has what they say. The queue is read with the credentials of the indexer.",
          "type": "object",
          "required": [
            "queueURL"
          ],
          "properties": {
            "queueURL": {
              "description": "The URL of the queue, such as https://sqs.eu-west-1.amazonaws.com/123456789012/registry-events. A host other than SQS's must be allowed by the operator's chart.",
              "type": "string",
              "minLength": 1,
              "maxLength": 1024
            },
            "region": {
              "description": "Left out, the region in the host of queueURL, or else that of the bucket.",
              "type": "string",
              "minLength": 1,
              "maxLength": 63
            }
          }
        },
        "pulls": {
          "description": "Whether pulls say that a repository may have changed, as they do of a pull-through cache.",
          "type": "string",
          "enum": [
            "Ignore",
            "Hints"
          ],
          "default": "Ignore"
        },
        "resyncOnGap": {
          "description": "Whether a resync starts when events may have been missed, as after a restart of the registry or of an indexer - a minute later, and at most one an hour. The condition Fresh says Gap until a resync has run.",
          "type": "boolean",
          "default": true
        }
      }
    },
    "deletionPolicy": {
      "description": "What becomes of the tables when this resource is deleted. Its Jobs, Deployment and Service always go with it. With Retain the tables stay, and the same resource applied again goes on with them. With Delete they are deleted first, for which the credentials must still be there; the annotation registryindex.dev/abandon-tables=true lets the resource go without.",
      "type": "string",
      "enum": [
        "Retain",
        "Delete"
      ],
      "default": "Retain"
    },
    "adoptionPolicy": {
      "description": "Whether tables of a RegistryIndex that was not seen for a day may be taken over. One that exists in this cluster is never gone, suspended or not; nor is one in a namespace that may not be looked into.",
      "type": "string",
      "enum": [
        "Never",
        "IfOwnerGone"
      ],
      "default": "Never"
    },
    "suspend": {
      "description": "Leave everything as it is: nothing is made, changed or repaired, search and a Job that runs go on, and Ready keeps what it last said. Deleting the resource works all the same. Its tables stay its own in this cluster; to an adoptionPolicy of IfOwnerGone in another cluster, which cannot see it, it counts as gone when it was suspended for a day.",
      "type": "boolean"
    }
  }
};
