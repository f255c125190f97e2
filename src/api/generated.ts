// Generated from crds/registryindex.yaml by "npm run generate". Do not edit.
/**
 * What is wanted.
 */
export interface RegistryIndexSpec {
  /**
   * Prefix of the table names.
   */
  database: string;
  /**
   * Name of the repository table; <database>-repository when left out.
   */
  repositoryTable?: string;
  /**
   * Name of the version table; <database>-version when left out.
   */
  versionTable?: string;
  /**
   * AWS region of the tables, such as eu-west-1.
   */
  region: string;
  /**
   * The registry's S3 bucket. It is never created.
   */
  bucket: string;
  /**
   * How the registry's bucket is reached and read.
   */
  storage?: {
    /**
     * The registry's rootdirectory in the bucket; for docker-registry v1 its storage_path, which is looked for at registry and in the whole bucket when left out.
     */
    rootDirectory?: string;
    /**
     * Layout of the registry's storage. V2 is that of distribution v2 and v3, V1 that of docker-registry; Auto finds out, and reads both as one registry where the bucket holds both.
     */
    layout?: 'Auto' | 'V2' | 'V1';
    /**
     * Region of the bucket; that of the tables when left out.
     */
    region?: string;
    /**
     * URL of an S3-compatible service. The chart's allowedEndpoints must allow it.
     */
    endpoint?: string;
    /**
     * Put the bucket in the path instead of the host name, as most S3-compatible services want.
     */
    forcePathStyle?: boolean;
  };
  /**
   * How the tables are made. What is left out is not managed.
   */
  dynamodb?: {
    /**
     * URL of a DynamoDB-compatible service. The chart's allowedEndpoints must allow it.
     */
    endpoint?: string;
    /**
     * How requests to the tables are paid for.
     */
    billing?: {
      /**
       * OnDemand pays each request, Provisioned a rate a second.
       */
      mode: 'OnDemand' | 'Provisioned';
      /**
       * Read units a second of each table, with mode Provisioned.
       */
      readUnits?: number;
      /**
       * Write units a second of each table, with mode Provisioned.
       */
      writeUnits?: number;
      /**
       * The most read units a second of each table, and of its index, with mode OnDemand - a brake on what they may cost. More is throttled, and asked for again later.
       */
      maxReadRequestUnits?: number;
      /**
       * The same of write units. Backfill, resync and indexer stay below it by themselves.
       */
      maxWriteRequestUnits?: number;
      /**
       * What the repository table can take at once when it is made, so that a large backfill need not wait until DynamoDB has made room for it. It costs once, and is not managed later.
       */
      warmThroughput?: {
        /**
         * Read units a second.
         */
        readUnits: number;
        /**
         * Write units a second.
         */
        writeUnits: number;
      };
    };
    /**
     * Whether the tables can be restored to any second of the last 35 days. It costs by their size.
     */
    pointInTimeRecovery?: boolean;
    /**
     * Whether DynamoDB refuses to delete the tables. With deletionPolicy Delete it is turned off first.
     */
    deletionProtection?: boolean;
    /**
     * ARN, id or alias of the KMS key that encrypts the tables.
     */
    kmsKey?: string;
    /**
     * Tags of both tables, beside those that name the owner.
     */
    tags?: {
      [k: string]: string;
    };
  };
  /**
   * The registry itself.
   */
  registry?: {
    /**
     * What people pull from, such as https://registry.example.com.
     */
    url?: string;
  };
  /**
   * Whose rights on AWS are used. The ambient credentials of the operator and of its pods when left out.
   */
  credentials?: {
    /**
     * ARN of a role of IAM, which is assumed with the keys of the Secret, or with ambient credentials. The chart's allowedRoles must allow it for this namespace. The external id is CLUSTER/NAMESPACE/NAME.
     */
    roleArn?: string;
    /**
     * A Secret in this namespace with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
     */
    secretRef?: {
      /**
       * Name of an object in this namespace.
       */
      name: string;
    };
  };
  /**
   * ServiceAccount, in this namespace, of the pods that are made.
   */
  serviceAccountName?: string;
  /**
   * What the pods have besides what they need. More specific settings win, field by field - those of backfill, search and indexer before this one, and this one before podDefaults of the operator's chart. Labels, annotations, nodeSelector, env and proxy are joined by their keys.
   */
  podTemplate?: {
    /**
     * Labels of the pods, beside those that say whose they are.
     */
    labels?: {
      [k: string]: string;
    };
    /**
     * Annotations of the pods.
     */
    annotations?: {
      [k: string]: string;
    };
    /**
     * Environment variables.
     */
    env?: {
      /**
       * Name of the variable.
       */
      name: string;
      /**
       * Its value.
       */
      value?: string;
      /**
       * Where its value comes from, as in a Pod.
       */
      valueFrom?: {};
    }[];
    /**
     * Secrets of this namespace with which the image is pulled.
     */
    imagePullSecrets?: {
      /**
       * Name of the Secret.
       */
      name: string;
    }[];
    /**
     * Labels that a node must have.
     */
    nodeSelector?: {
      [k: string]: string;
    };
    /**
     * Taints of nodes that the pods bear, as in a Pod.
     */
    tolerations?: {}[];
    /**
     * Which nodes and neighbours are preferred or required, as in a Pod.
     */
    affinity?: {};
    /**
     * How pods are spread over zones and nodes, as in a Pod.
     */
    topologySpreadConstraints?: {}[];
    /**
     * The PriorityClass; none of the system's own.
     */
    priorityClassName?: string;
    /**
     * The RuntimeClass.
     */
    runtimeClassName?: string;
    /**
     * The proxies through which AWS, other stores and the registry are asked; other pods are never asked through one. A password in a URL is seen by all who may read the resource or its pods.
     */
    proxy?: {
      /**
       * For https, such as http://proxy.example.com:3128.
       */
      httpsProxy?: string;
      /**
       * For http.
       */
      httpProxy?: string;
      /**
       * What is asked directly, with commas between - hosts, which stand for those below them too, *.example.com, addresses and networks such as 10.0.0.0/8; each but a network may end with a port.
       */
      noProxy?: string;
    };
    /**
     * Certificates in PEM that the pods trust besides those of public authorities, in a ConfigMap or a Secret of this namespace. Pods are replaced when they change. The operator trusts those of its chart.
     */
    caBundle?: {
      /**
       * The ConfigMap.
       */
      configMapRef?: {
        /**
         * Its name.
         */
        name: string;
        /**
         * Which of its entries.
         */
        key?: string;
      };
      /**
       * The Secret.
       */
      secretRef?: {
        /**
         * Its name.
         */
        name: string;
        /**
         * Which of its entries.
         */
        key?: string;
      };
    };
  };
  /**
   * The Jobs that fill new tables from the bucket, and those that compare filled ones with it (resync).
   */
  backfill?: {
    /**
     * Pods that share the work of filling; a resync is one.
     */
    workers?: number;
    /**
     * Requests to each service, S3 and DynamoDB, that a worker has under way at once, at most; fewer while a service throttles or fails.
     */
    concurrency?: number;
    /**
     * CPU, memory and storage of each pod; a small default when left out.
     */
    resources?: {
      /**
       * Amounts by resource, such as cpu and memory, as pods have them.
       */
      requests?: {
        [k: string]: number | string;
      };
      /**
       * Amounts by resource, such as cpu and memory, as pods have them.
       */
      limits?: {
        [k: string]: number | string;
      };
    };
    /**
     * Whose rights on AWS are used. The ambient credentials of the operator and of its pods when left out.
     */
    credentials?: {
      /**
       * ARN of a role of IAM, which is assumed with the keys of the Secret, or with ambient credentials. The chart's allowedRoles must allow it for this namespace. The external id is CLUSTER/NAMESPACE/NAME.
       */
      roleArn?: string;
      /**
       * A Secret in this namespace with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
       */
      secretRef?: {
        /**
         * Name of an object in this namespace.
         */
        name: string;
      };
    };
    /**
     * What the pods have besides what they need. More specific settings win, field by field - those of backfill, search and indexer before this one, and this one before podDefaults of the operator's chart. Labels, annotations, nodeSelector, env and proxy are joined by their keys.
     */
    podTemplate?: {
      /**
       * Labels of the pods, beside those that say whose they are.
       */
      labels?: {
        [k: string]: string;
      };
      /**
       * Annotations of the pods.
       */
      annotations?: {
        [k: string]: string;
      };
      /**
       * Environment variables.
       */
      env?: {
        /**
         * Name of the variable.
         */
        name: string;
        /**
         * Its value.
         */
        value?: string;
        /**
         * Where its value comes from, as in a Pod.
         */
        valueFrom?: {};
      }[];
      /**
       * Secrets of this namespace with which the image is pulled.
       */
      imagePullSecrets?: {
        /**
         * Name of the Secret.
         */
        name: string;
      }[];
      /**
       * Labels that a node must have.
       */
      nodeSelector?: {
        [k: string]: string;
      };
      /**
       * Taints of nodes that the pods bear, as in a Pod.
       */
      tolerations?: {}[];
      /**
       * Which nodes and neighbours are preferred or required, as in a Pod.
       */
      affinity?: {};
      /**
       * How pods are spread over zones and nodes, as in a Pod.
       */
      topologySpreadConstraints?: {}[];
      /**
       * The PriorityClass; none of the system's own.
       */
      priorityClassName?: string;
      /**
       * The RuntimeClass.
       */
      runtimeClassName?: string;
      /**
       * The proxies through which AWS, other stores and the registry are asked; other pods are never asked through one. A password in a URL is seen by all who may read the resource or its pods.
       */
      proxy?: {
        /**
         * For https, such as http://proxy.example.com:3128.
         */
        httpsProxy?: string;
        /**
         * For http.
         */
        httpProxy?: string;
        /**
         * What is asked directly, with commas between - hosts, which stand for those below them too, *.example.com, addresses and networks such as 10.0.0.0/8; each but a network may end with a port.
         */
        noProxy?: string;
      };
      /**
       * Certificates in PEM that the pods trust besides those of public authorities, in a ConfigMap or a Secret of this namespace. Pods are replaced when they change. The operator trusts those of its chart.
       */
      caBundle?: {
        /**
         * The ConfigMap.
         */
        configMapRef?: {
          /**
           * Its name.
           */
          name: string;
          /**
           * Which of its entries.
           */
          key?: string;
        };
        /**
         * The Secret.
         */
        secretRef?: {
          /**
           * Its name.
           */
          name: string;
          /**
           * Which of its entries.
           */
          key?: string;
        };
      };
    };
    /**
     * ServiceAccount, in this namespace, of the pods that are made.
     */
    serviceAccountName?: string;
  };
  /**
   * The Deployment that indexes what notifications name; see notifications.
   */
  indexer?: {
    /**
     * CPU, memory and storage of each pod; a small default when left out.
     */
    resources?: {
      /**
       * Amounts by resource, such as cpu and memory, as pods have them.
       */
      requests?: {
        [k: string]: number | string;
      };
      /**
       * Amounts by resource, such as cpu and memory, as pods have them.
       */
      limits?: {
        [k: string]: number | string;
      };
    };
    /**
     * Whose rights on AWS are used. The ambient credentials of the operator and of its pods when left out.
     */
    credentials?: {
      /**
       * ARN of a role of IAM, which is assumed with the keys of the Secret, or with ambient credentials. The chart's allowedRoles must allow it for this namespace. The external id is CLUSTER/NAMESPACE/NAME.
       */
      roleArn?: string;
      /**
       * A Secret in this namespace with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
       */
      secretRef?: {
        /**
         * Name of an object in this namespace.
         */
        name: string;
      };
    };
    /**
     * What the pods have besides what they need. More specific settings win, field by field - those of backfill, search and indexer before this one, and this one before podDefaults of the operator's chart. Labels, annotations, nodeSelector, env and proxy are joined by their keys.
     */
    podTemplate?: {
      /**
       * Labels of the pods, beside those that say whose they are.
       */
      labels?: {
        [k: string]: string;
      };
      /**
       * Annotations of the pods.
       */
      annotations?: {
        [k: string]: string;
      };
      /**
       * Environment variables.
       */
      env?: {
        /**
         * Name of the variable.
         */
        name: string;
        /**
         * Its value.
         */
        value?: string;
        /**
         * Where its value comes from, as in a Pod.
         */
        valueFrom?: {};
      }[];
      /**
       * Secrets of this namespace with which the image is pulled.
       */
      imagePullSecrets?: {
        /**
         * Name of the Secret.
         */
        name: string;
      }[];
      /**
       * Labels that a node must have.
       */
      nodeSelector?: {
        [k: string]: string;
      };
      /**
       * Taints of nodes that the pods bear, as in a Pod.
       */
      tolerations?: {}[];
      /**
       * Which nodes and neighbours are preferred or required, as in a Pod.
       */
      affinity?: {};
      /**
       * How pods are spread over zones and nodes, as in a Pod.
       */
      topologySpreadConstraints?: {}[];
      /**
       * The PriorityClass; none of the system's own.
       */
      priorityClassName?: string;
      /**
       * The RuntimeClass.
       */
      runtimeClassName?: string;
      /**
       * The proxies through which AWS, other stores and the registry are asked; other pods are never asked through one. A password in a URL is seen by all who may read the resource or its pods.
       */
      proxy?: {
        /**
         * For https, such as http://proxy.example.com:3128.
         */
        httpsProxy?: string;
        /**
         * For http.
         */
        httpProxy?: string;
        /**
         * What is asked directly, with commas between - hosts, which stand for those below them too, *.example.com, addresses and networks such as 10.0.0.0/8; each but a network may end with a port.
         */
        noProxy?: string;
      };
      /**
       * Certificates in PEM that the pods trust besides those of public authorities, in a ConfigMap or a Secret of this namespace. Pods are replaced when they change. The operator trusts those of its chart.
       */
      caBundle?: {
        /**
         * The ConfigMap.
         */
        configMapRef?: {
          /**
           * Its name.
           */
          name: string;
          /**
           * Which of its entries.
           */
          key?: string;
        };
        /**
         * The Secret.
         */
        secretRef?: {
          /**
           * Its name.
           */
          name: string;
          /**
           * Which of its entries.
           */
          key?: string;
        };
      };
    };
    /**
     * ServiceAccount, in this namespace, of the pods that are made.
     */
    serviceAccountName?: string;
  };
  /**
   * The Deployment and Service that answer searches.
   */
  search?: {
    /**
     * Pods of the search service, as many as the chart's limits allow; not managed when left out, for an autoscaler.
     */
    replicas?: number;
    /**
     * CPU, memory and storage of each pod; a small default when left out.
     */
    resources?: {
      /**
       * Amounts by resource, such as cpu and memory, as pods have them.
       */
      requests?: {
        [k: string]: number | string;
      };
      /**
       * Amounts by resource, such as cpu and memory, as pods have them.
       */
      limits?: {
        [k: string]: number | string;
      };
    };
    /**
     * Who may search, and what they find. Everybody, and what is not private, when left out.
     */
    access?: {
      /**
       * How callers are identified. Registry asks the registry itself, by the login that people have there already. Htpasswd reads the registry's own htpasswd file. ForwardedUser believes a proxy in front, such as oauth2-proxy, that proves itself by a secret. Anonymous identifies no caller.
       */
      mode: 'Anonymous' | 'Registry' | 'Htpasswd' | 'ForwardedUser';
      /**
       * How the registry is asked. Only GET /v2/ is, and the token realm that it names.
       */
      registry?: {
        /**
         * The registry's URL as search pods reach it; registry.url when left out.
         */
        url?: string;
        /**
         * Where clients get tokens, in place of the realm that the registry names, which is often not reachable from inside.
         */
        tokenURL?: string;
        /**
         * Certificates in PEM that are trusted in addition. In this namespace.
         */
        caSecretRef?: {
          /**
           * Name of the Secret.
           */
          name: string;
          /**
           * Which of its entries.
           */
          key: string;
        };
      };
      /**
       * Seconds for which a good login is remembered; 60 when left out.
       */
      recheckSeconds?: number;
      /**
       * The registry's htpasswd file, with bcrypt hashes. In this namespace; read again when it changes.
       */
      htpasswdSecretRef?: {
        /**
         * Name of the Secret.
         */
        name: string;
        /**
         * Which of its entries.
         */
        key: string;
      };
      /**
       * The headers in which a proxy names the user.
       */
      forwardedUser?: {
        /**
         * What the proxy proves itself with, in secretHeader; 16 characters or more. In this namespace; read again when it changes.
         */
        secretRef: {
          /**
           * Name of the Secret.
           */
          name: string;
          /**
           * Which of its entries.
           */
          key: string;
        };
        /**
         * X-Registry-Index-Proxy-Secret when left out.
         */
        secretHeader?: string;
        /**
         * X-Forwarded-User when left out.
         */
        userHeader?: string;
        /**
         * X-Forwarded-Groups when left out; groups with commas between them.
         */
        groupsHeader?: string;
      };
      /**
       * Members of groups, by the name of the group.
       */
      groups?: {
        [k: string]: string[];
      };
      /**
       * What callers see: all that any of these gives them, in any order. When left out, users who are logged in see everything, and others do if the registry allows anonymous pulls.
       *
       * Items: What some callers see.
       */
      rules?: {
        /**
         * Patterns of whole names, without the registry's host. * stands for any characters but a slash, ** for any at all; team/** does not fit team.
         */
        names: string[];
        /**
         * Patterns of names that this rule does not give; another may give them.
         */
        except?: string[];
        /**
         * For everybody, logged in or not; without the private repositories of docker-registry v1.
         */
        anonymous?: boolean;
        /**
         * For everybody who is logged in.
         */
        authenticated?: boolean;
        /**
         * For these users, as the registry, the file or the proxy calls them.
         */
        users?: string[];
        /**
         * For the members of these groups.
         */
        groups?: string[];
      }[];
    };
    /**
     * Which web pages may read what search answers, from a browser and never with credentials. Only pages of its own address when left out.
     */
    cors?: {
      /**
       * Origins as browsers send them, such as https://ui.example.com or http://localhost:3000 - scheme, host in lower case, and the port where it is not the scheme's own. * alone allows every page.
       */
      origins: string[];
    };
    /**
     * An Ingress, by which search answers outside the cluster. On the host of registry.url it has the paths that the registry leaves free, on another all.
     */
    ingress?: {
      /**
       * Name of the host, which allowedHosts of the operator's chart must allow for this namespace.
       */
      host: string;
      /**
       * The IngressClass; that of the cluster when left out.
       */
      className?: string;
      /**
       * The Secret with the host's certificate.
       */
      tlsSecretName?: string;
    };
    /**
     * An HTTPRoute of the Gateway API, as ingress.
     */
    httpRoute?: {
      /**
       * As that of ingress.
       */
      host: string;
      /**
       * The Gateways, which decide themselves whose routes they take.
       *
       * @minItems 1
       *
       * Items: A Gateway, or a listener of it.
       */
      parentRefs: [
        {
          /**
           * Name of the Gateway.
           */
          name: string;
          /**
           * That of the Gateway; this one when left out.
           */
          namespace?: string;
          /**
           * Name of a listener.
           */
          sectionName?: string;
          /**
           * Port of a listener.
           */
          port?: number;
        },
        ...{
          /**
           * Name of the Gateway.
           */
          name: string;
          /**
           * That of the Gateway; this one when left out.
           */
          namespace?: string;
          /**
           * Name of a listener.
           */
          sectionName?: string;
          /**
           * Port of a listener.
           */
          port?: number;
        }[]
      ];
    };
    /**
     * Whose rights on AWS are used. The ambient credentials of the operator and of its pods when left out.
     */
    credentials?: {
      /**
       * ARN of a role of IAM, which is assumed with the keys of the Secret, or with ambient credentials. The chart's allowedRoles must allow it for this namespace. The external id is CLUSTER/NAMESPACE/NAME.
       */
      roleArn?: string;
      /**
       * A Secret in this namespace with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.
       */
      secretRef?: {
        /**
         * Name of an object in this namespace.
         */
        name: string;
      };
    };
    /**
     * What the pods have besides what they need. More specific settings win, field by field - those of backfill, search and indexer before this one, and this one before podDefaults of the operator's chart. Labels, annotations, nodeSelector, env and proxy are joined by their keys.
     */
    podTemplate?: {
      /**
       * Labels of the pods, beside those that say whose they are.
       */
      labels?: {
        [k: string]: string;
      };
      /**
       * Annotations of the pods.
       */
      annotations?: {
        [k: string]: string;
      };
      /**
       * Environment variables.
       */
      env?: {
        /**
         * Name of the variable.
         */
        name: string;
        /**
         * Its value.
         */
        value?: string;
        /**
         * Where its value comes from, as in a Pod.
         */
        valueFrom?: {};
      }[];
      /**
       * Secrets of this namespace with which the image is pulled.
       */
      imagePullSecrets?: {
        /**
         * Name of the Secret.
         */
        name: string;
      }[];
      /**
       * Labels that a node must have.
       */
      nodeSelector?: {
        [k: string]: string;
      };
      /**
       * Taints of nodes that the pods bear, as in a Pod.
       */
      tolerations?: {}[];
      /**
       * Which nodes and neighbours are preferred or required, as in a Pod.
       */
      affinity?: {};
      /**
       * How pods are spread over zones and nodes, as in a Pod.
       */
      topologySpreadConstraints?: {}[];
      /**
       * The PriorityClass; none of the system's own.
       */
      priorityClassName?: string;
      /**
       * The RuntimeClass.
       */
      runtimeClassName?: string;
      /**
       * The proxies through which AWS, other stores and the registry are asked; other pods are never asked through one. A password in a URL is seen by all who may read the resource or its pods.
       */
      proxy?: {
        /**
         * For https, such as http://proxy.example.com:3128.
         */
        httpsProxy?: string;
        /**
         * For http.
         */
        httpProxy?: string;
        /**
         * What is asked directly, with commas between - hosts, which stand for those below them too, *.example.com, addresses and networks such as 10.0.0.0/8; each but a network may end with a port.
         */
        noProxy?: string;
      };
      /**
       * Certificates in PEM that the pods trust besides those of public authorities, in a ConfigMap or a Secret of this namespace. Pods are replaced when they change. The operator trusts those of its chart.
       */
      caBundle?: {
        /**
         * The ConfigMap.
         */
        configMapRef?: {
          /**
           * Its name.
           */
          name: string;
          /**
           * Which of its entries.
           */
          key?: string;
        };
        /**
         * The Secret.
         */
        secretRef?: {
          /**
           * Its name.
           */
          name: string;
          /**
           * Which of its entries.
           */
          key?: string;
        };
      };
    };
    /**
     * ServiceAccount, in this namespace, of the pods that are made.
     */
    serviceAccountName?: string;
  };
  /**
   * When the whole bucket is compared with the index, and what differs is mended. The annotation registryindex.dev/resync with any new value does so at once.
   */
  resync?: {
    /**
     * A cron expression in UTC, of times five minutes apart or more (the chart's limits). Once a day when left out, at a time of this resource's own.
     */
    schedule?: string;
  };
  /**
   * Turns the indexer on, which indexes what is pushed as soon as it is announced: by the notifications of a distribution registry, by the events of a store, or by both. registry-index notifications prints what to configure there.
   */
  notifications?: {
    /**
     * The token that the registry sends, as Authorization Bearer or as the password of Basic. In this namespace.
     */
    tokenSecretRef?: {
      /**
       * Name of the Secret.
       */
      name: string;
      /**
       * Entry of the Secret.
       */
      key: string;
    };
    /**
     * The last part of the address that MinIO, Ceph or versitygw post their events to, for senders that can send no header. Letters, digits, '-' and '_'; another one than the token. In this namespace.
     */
    webhookSecretRef?: {
      /**
       * Name of the Secret.
       */
      name: string;
      /**
       * Entry of the Secret.
       */
      key: string;
    };
    /**
     * The queue that S3 sends the events of the bucket to, directly, through SNS or through EventBridge. Messages are deleted once the index has what they say. The queue is read with the credentials of the indexer.
     */
    sqs?: {
      /**
       * The URL of the queue, such as https://sqs.eu-west-1.amazonaws.com/123456789012/registry-events. A host other than SQS's must be allowed by the operator's chart.
       */
      queueURL: string;
      /**
       * Left out, the region in the host of queueURL, or else that of the bucket.
       */
      region?: string;
    };
    /**
     * Whether pulls say that a repository may have changed, as they do of a pull-through cache.
     */
    pulls?: 'Ignore' | 'Hints';
    /**
     * Whether a resync starts when events may have been missed, as after a restart of the registry or of an indexer - a minute later, and at most one an hour. The condition Fresh says Gap until a resync has run.
     */
    resyncOnGap?: boolean;
  };
  /**
   * What becomes of the tables when this resource is deleted. Its Jobs, Deployment and Service always go with it. With Retain the tables stay, and the same resource applied again goes on with them. With Delete they are deleted first, for which the credentials must still be there; the annotation registryindex.dev/abandon-tables=true lets the resource go without.
   */
  deletionPolicy?: 'Retain' | 'Delete';
  /**
   * Whether tables of a RegistryIndex that was not seen for a day may be taken over. One that exists in this cluster is never gone, suspended or not; nor is one in a namespace that may not be looked into.
   */
  adoptionPolicy?: 'Never' | 'IfOwnerGone';
  /**
   * Leave everything as it is: nothing is made, changed or repaired, search and a Job that runs go on, and Ready keeps what it last said. Deleting the resource works all the same. Its tables stay its own in this cluster; to an adoptionPolicy of IfOwnerGone in another cluster, which cannot see it, it counts as gone when it was suspended for a day.
   */
  suspend?: boolean;
}

/**
 * What was last observed.
 */
export interface RegistryIndexStatus {
  /**
   * Generation that the conditions were observed for; -1 before the first observation.
   */
  observedGeneration?: number;
  /**
   * The release of the operator that it belongs to, as namespace/name of its Lease. Another one takes over when that Lease is not renewed for two minutes.
   */
  release?: string;
  /**
   * Ready sums up TablesReady, BackfillComplete and SearchAvailable; Degraded, Fresh, Reconciling and Stalled say the rest.
   */
  conditions?: {
    /**
     * What the condition is about.
     */
    type: string;
    /**
     * Whether it holds.
     */
    status: 'True' | 'False' | 'Unknown';
    /**
     * A stable word for programs.
     */
    reason: string;
    /**
     * A sentence for people, which says what to mend.
     */
    message: string;
    /**
     * When the status last changed.
     */
    lastTransitionTime: string;
    /**
     * Generation of the resource that it was observed for.
     */
    observedGeneration?: number;
  }[];
  /**
   * In-cluster URL of the search service.
   */
  endpoint?: string;
  /**
   * Repositories that search finds, which private ones are not among.
   */
  repositories?: number;
  /**
   * Tags of those.
   */
  tags?: number;
  /**
   * How often the index was started from nothing.
   */
  epoch?: number;
  /**
   * The tables as they were last seen to be ours.
   */
  tables?: {
    /**
     * One of the two tables.
     */
    repository?: {
      /**
       * Name of the table.
       */
      name: string;
      /**
       * The table's id, or its time of creation where the service gives none.
       */
      identity?: string;
    };
    /**
     * One of the two tables.
     */
    version?: {
      /**
       * Name of the table.
       */
      name: string;
      /**
       * The table's id, or its time of creation where the service gives none.
       */
      identity?: string;
    };
  };
  /**
   * The filling of the tables of this epoch.
   */
  backfill?: {
    /**
     * The percentage as text, for kubectl get.
     */
    progress?: string;
    /**
     * How much of the bucket has been read.
     */
    percent?: number;
    /**
     * Repositories read so far.
     */
    repositories?: number;
    /**
     * While it runs, on average since it began.
     */
    repositoriesPerSecond?: number;
    /**
     * While it runs, until it is complete if it goes on as fast.
     */
    secondsLeft?: number;
    /**
     * Things in the bucket that were skipped, whether they matter or not.
     */
    errorCount?: number;
    /**
     * Of those, how many keep a repository, a tag or a manifest from being indexed wholly.
     */
    harmfulCount?: number;
    /**
     * All of those by kind. Foreign (no file of a registry) and Leftover (remains of what was deleted) are harmless.
     */
    errorsByKind?: {
      [k: string]: number;
    };
    /**
     * The first of the things in the bucket that were skipped, and why; the harmful ones come first.
     */
    errors?: {
      /**
       * What is wrong with it, in a word.
       */
      kind?: string;
      /**
       * The key in the bucket, or the repository and digest.
       */
      key: string;
      /**
       * What is wrong with it, in a sentence.
       */
      reason: string;
    }[];
    /**
     * Jobs of this epoch that failed.
     */
    attempts?: number;
    /**
     * When the epoch began.
     */
    startedAt?: string;
    /**
     * When everything in the bucket was in the tables.
     */
    completedAt?: string;
  };
  /**
   * What has reached the indexer.
   */
  notifications?: {
    /**
     * Where registries send their notifications, within the cluster.
     */
    endpoint?: string;
    /**
     * When the last event came, to the minute.
     */
    lastEventTime?: string;
    /**
     * When a resync was last started because events may have been missed.
     */
    lastGapResyncTime?: string;
  };
  /**
   * When a resync last came to its end.
   */
  lastResyncTime?: string;
  /**
   * The last resync, also one that broke off.
   */
  resync?: {
    /**
     * When it began.
     */
    startedAt?: string;
    /**
     * When it ended.
     */
    endedAt?: string;
    /**
     * Repositories in the bucket.
     */
    repositories?: number;
    /**
     * Repositories that the index did not have.
     */
    added?: number;
    /**
     * Repositories that the index had otherwise.
     */
    changed?: number;
    /**
     * Repositories that were gone from the bucket.
     */
    removed?: number;
    /**
     * Items of the repository table that nothing needed any more.
     */
    swept?: number;
    /**
     * Things in the bucket that were skipped, whether they matter or not.
     */
    errorCount?: number;
    /**
     * Of those, how many keep a repository, a tag or a manifest from being indexed wholly.
     */
    harmfulCount?: number;
    /**
     * All of those by kind. Foreign (no file of a registry) and Leftover (remains of what was deleted) are harmless.
     */
    errorsByKind?: {
      [k: string]: number;
    };
    /**
     * The first of the things in the bucket that were skipped, and why; the harmful ones come first.
     */
    errors?: {
      /**
       * What is wrong with it, in a word.
       */
      kind?: string;
      /**
       * The key in the bucket, or the repository and digest.
       */
      key: string;
      /**
       * What is wrong with it, in a sentence.
       */
      reason: string;
    }[];
    /**
     * Repositories that an older version of this program had read, and that were read again.
     */
    reread?: number;
    /**
     * Repositories that are gone from the bucket and were not removed, because they are too many.
     */
    gone?: number;
    /**
     * The value of the annotation registryindex.dev/confirm-deletion that removes them.
     */
    confirmation?: string;
    /**
     * What it cost.
     */
    requests?: {
      /**
       * LIST requests to S3.
       */
      lists?: number;
      /**
       * GET requests to S3.
       */
      gets?: number;
      /**
       * How many of gets were for reading again what an older version had read.
       */
      rereadGets?: number;
      /**
       * Read requests to DynamoDB.
       */
      reads?: number;
      /**
       * Write requests to DynamoDB.
       */
      writes?: number;
      /**
       * Read units of those.
       */
      readUnits?: number;
      /**
       * Write units of those.
       */
      writeUnits?: number;
    };
  };
  /**
   * The value of the annotation registryindex.dev/resync that was last acted upon.
   */
  handledResync?: string;
  /**
   * When the resync ended whose removals were last confirmed.
   */
  handledConfirmation?: string;
}
