// Generated from crds/registryindex.yaml by "npm run generate". Do not edit.
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
    billing?: {
      mode: 'OnDemand' | 'Provisioned';
      readUnits?: number;
      writeUnits?: number;
      /**
       * What the repository table can take at once when it is made, so that a large backfill need not wait until DynamoDB has made room for it. It costs once, and is not managed later.
       */
      warmThroughput?: {
        readUnits: number;
        writeUnits: number;
      };
    };
    pointInTimeRecovery?: boolean;
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
   * A Secret in this namespace with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. The ambient credentials of the pod when left out.
   */
  credentials?: {
    secretRef: {
      name: string;
    };
  };
  /**
   * ServiceAccount, in this namespace, of the pods that are made.
   */
  serviceAccountName?: string;
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
    resources?: {
      requests?: {
        [k: string]: number | string;
      };
      limits?: {
        [k: string]: number | string;
      };
    };
    /**
     * A Secret in this namespace with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. The ambient credentials of the pod when left out.
     */
    credentials?: {
      secretRef: {
        name: string;
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
    resources?: {
      requests?: {
        [k: string]: number | string;
      };
      limits?: {
        [k: string]: number | string;
      };
    };
    /**
     * A Secret in this namespace with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. The ambient credentials of the pod when left out.
     */
    credentials?: {
      secretRef: {
        name: string;
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
    resources?: {
      requests?: {
        [k: string]: number | string;
      };
      limits?: {
        [k: string]: number | string;
      };
    };
    /**
     * Who may search.
     */
    access?: {
      mode: 'Anonymous' | 'Registry';
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
    ingress?: {
      host: string;
      className?: string;
      tlsSecretName?: string;
    };
    /**
     * A Secret in this namespace with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY. The ambient credentials of the pod when left out.
     */
    credentials?: {
      secretRef: {
        name: string;
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
      name: string;
      key: string;
    };
    /**
     * The last part of the address that MinIO, Ceph or versitygw post their events to, for senders that can send no header. Letters, digits, '-' and '_'; another one than the token. In this namespace.
     */
    webhookSecretRef?: {
      name: string;
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

export interface RegistryIndexStatus {
  observedGeneration?: number;
  conditions?: {
    type: string;
    status: 'True' | 'False' | 'Unknown';
    reason: string;
    message: string;
    lastTransitionTime: string;
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
    repository?: {
      name: string;
      /**
       * The table's id, or its time of creation where the service gives none.
       */
      identity?: string;
    };
    version?: {
      name: string;
      /**
       * The table's id, or its time of creation where the service gives none.
       */
      identity?: string;
    };
  };
  backfill?: {
    /**
     * The percentage as text, for kubectl get.
     */
    progress?: string;
    percent?: number;
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
      kind?: string;
      key: string;
      reason: string;
    }[];
    attempts?: number;
    startedAt?: string;
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
    startedAt?: string;
    endedAt?: string;
    /**
     * Repositories in the bucket.
     */
    repositories?: number;
    added?: number;
    changed?: number;
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
      kind?: string;
      key: string;
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
      lists?: number;
      gets?: number;
      /**
       * How many of gets were for reading again what an older version had read.
       */
      rereadGets?: number;
      reads?: number;
      writes?: number;
      readUnits?: number;
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
