/** Configurations of registries as people have them, with the resource that belongs to each. */
export interface Configuration {
  readonly title: string;
  readonly files: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly flavor?: string;
  readonly service?: string;
  readonly spec: object;
  /** What is not taken over: the line or variable, the setting, and a word of the sentence. */
  readonly notes?: readonly RegExp[];
}

const TOKEN = { tokenSecretRef: { name: 'demo-notifications', key: 'token' } };
const KEYS = { credentials: { secretRef: { name: 'demo-aws' } } };
const HTPASSWD = { mode: 'Htpasswd', htpasswdSecretRef: { name: 'demo-htpasswd', key: 'htpasswd' } };

export const CONFIGURATIONS: readonly Configuration[] = [
  {
    title: 'distribution on AWS with the role of its machine',
    files: [
      `version: 0.1
log: {fields: {service: registry}}
storage:
  cache: {blobdescriptor: inmemory}
  s3: {region: eu-west-1, bucket: acme-images, rootdirectory: /registry/prod/, encrypt: true, v4auth: "true", chunksize: "5242880"}
  delete: {enabled: true}
http: {addr: ":5000", secret: not-to-be-shown, host: "https://registry.acme.example/"}
health: {storagedriver: {enabled: true, interval: 10s, threshold: 3}}
`,
    ],
    spec: {
      database: 'docker-registry',
      region: 'eu-west-1',
      bucket: 'acme-images',
      storage: { rootDirectory: 'registry/prod' },
      registry: { url: 'https://registry.acme.example' },
      notifications: TOKEN,
    },
  },
  {
    title: 'a registry that compose starts with REGISTRY_STORAGE_S3_* alone',
    files: [
      `services:
  registry:
    image: registry:2
    ports: ["5000:5000"]
    environment:
      REGISTRY_STORAGE: s3
      REGISTRY_STORAGE_S3_ACCESSKEY: minioadmin
      REGISTRY_STORAGE_S3_SECRETKEY: not-to-be-shown
      REGISTRY_STORAGE_S3_REGION: us-east-1
      REGISTRY_STORAGE_S3_REGIONENDPOINT: http://minio:9000/
      REGISTRY_STORAGE_S3_BUCKET: registry
      REGISTRY_STORAGE_S3_SECURE: "false"
      REGISTRY_STORAGE_REDIRECT_DISABLE: "true"
  minio:
    image: minio/minio
    environment: {MINIO_ROOT_USER: minioadmin, MINIO_ROOT_PASSWORD: not-to-be-shown}
`,
    ],
    spec: {
      database: 'docker-registry',
      region: 'us-east-1',
      bucket: 'registry',
      storage: { endpoint: 'http://minio:9000', forcePathStyle: true },
      ...KEYS,
      notifications: TOKEN,
    },
  },
  {
    title: 'compose with a list of variables, defaults, and a file of variables before it',
    files: [
      '# keys\nexport BUCKET=\'tools\'\nREGISTRY_STORAGE_S3_SECRETKEY="not-to-be-shown"\n',
      `x-common: &common [REGISTRY_STORAGE=s3, "REGISTRY_STORAGE_S3_BUCKET=\${BUCKET:?}"]
services:
  hub: {image: "registry:2", environment: *common}
  private:
    environment:
      - REGISTRY_STORAGE_S3_BUCKET=\${BUCKET}-private
      - REGISTRY_STORAGE_S3_REGION=\${REGION:-eu-central-1}
      - REGISTRY_STORAGE_S3_ACCESSKEY=$$x
      - REGISTRY_STORAGE_S3_SECRETKEY
      - REGISTRY_AUTH=htpasswd
      - REGISTRY_AUTH_HTPASSWD_PATH=/auth/htpasswd
      - REGISTRY_HTTP_HOST=registry.example.com:5000
`,
    ],
    service: 'private',
    spec: {
      database: 'docker-registry',
      region: 'eu-central-1',
      bucket: 'tools-private',
      registry: { url: 'https://registry.example.com:5000' },
      ...KEYS,
      search: { access: HTPASSWD },
      notifications: TOKEN,
    },
  },
  {
    title: 'variables of the shell alone',
    files: [],
    env: {
      REGISTRY_STORAGE_S3_BUCKET: '007',
      REGISTRY_STORAGE_S3_REGION: 'eu-west-1',
      REGISTRY_STORAGE_S3_FORCEPATHSTYLE: 'T',
      REGISTRY_PORT: 'tcp://10.0.0.1:5000',
      REGISTRY_AUTH_FILE: '/run/containers/auth.json',
    },
    spec: {
      database: 'docker-registry',
      region: 'eu-west-1',
      bucket: '007',
      storage: { forcePathStyle: true },
      notifications: TOKEN,
    },
    notes: [/^REGISTRY_PORT: port: no setting of distribution/],
  },
  {
    title: 'variables over a file: one setting, and a whole section',
    files: [
      `version: "0.1"
storage: {filesystem: {rootdirectory: /var/lib/registry}, cache: {blobdescriptor: inmemory}}
auth: {htpasswd: {realm: basic, path: /htpasswd}}
`,
    ],
    env: {
      REGISTRY_STORAGE: 's3',
      REGISTRY_STORAGE_S3: '{bucket: images, region: EU-WEST-1}',
      REGISTRY_STORAGE_S3_BUCKET: 'other-images',
      REGISTRY_AUTH: '{silly: {realm: x, service: y}}',
    },
    spec: { database: 'docker-registry', region: 'eu-west-1', bucket: 'other-images', notifications: TOKEN },
    notes: [/^REGISTRY_AUTH: auth\.silly: lets everybody in/],
  },
  {
    title: 'anchors, merged maps, numbers and booleans as people write them',
    files: [
      `version: 0.1
x-s3: &s3 {region: ~, bucket: wrong, secure: off, v4auth: false, skipverify: "True", sessiontoken: "", regionendpoint: ceph.example.com:7480}
storage:
  s3aws:
    <<: *s3
    bucket: 123456
    rootdirectory: //
    accesskey: 0123
    forcepathstyle: "False"
    regionEndpoint: nothing
proxy: {remoteurl: https://registry-1.docker.io}
frobnicate: {a: 1}
`,
    ],
    spec: {
      database: 'docker-registry',
      region: 'us-east-1',
      bucket: '123456',
      storage: { endpoint: 'http://ceph.example.com:7480', forcePathStyle: false },
      notifications: { ...TOKEN, pulls: 'Hints' },
    },
    notes: [
      /^file1:8: storage\.s3aws\.accesskey: half of a pair/,
      /^file1:2: storage\.s3aws\.v4auth: signatures of version 2/,
      /^file1:2: storage\.s3aws\.skipverify: certificates are always verified/,
      /^file1:10: storage\.s3aws\.regionEndpoint: no setting of the S3 driver/,
      /^file1:12: frobnicate\.a: no setting of distribution/,
    ],
  },
  {
    title: 'a login by tokens without an address, which never becomes a search for everybody',
    files: [
      `version: 0.1
storage: {s3: {region: us-gov-west-1, bucket: images, keyid: some-key, encrypt: "true"}}
auth:
  token: {realm: https://auth.example.com/token, service: registry, issuer: acme, rootcertbundle: /certs/bundle}
notifications:
  endpoints: [{name: scanner, url: http://scanner/events}]
`,
    ],
    spec: {
      database: 'docker-registry',
      region: 'us-gov-west-1',
      bucket: 'images',
      registry: { url: 'https://registry.example.com' },
      search: { access: { mode: 'Registry' } },
      notifications: TOKEN,
    },
    notes: [
      /^file1:4: auth\.token: http\.host does not say/,
      /^file1:2: storage\.s3\.keyid: .*kms:Decrypt/,
      /^file1:6: notifications\.endpoints\.0\.name: stays as it is/,
    ],
  },
  {
    title: 'an endpoint that is AWS itself gives the region',
    files: [
      'version: 0.1\nstorage: {s3: {bucket: images, regionendpoint: "https://s3.dualstack.ap-southeast-2.amazonaws.com/"}}\n',
    ],
    spec: { database: 'docker-registry', region: 'ap-southeast-2', bucket: 'images', notifications: TOKEN },
  },
  {
    title: 'the objects of a chart: a ConfigMap, and variables of which some come from a Secret',
    files: [
      `apiVersion: v1
kind: ConfigMap
metadata: {name: docker-registry-config}
data:
  config.yml: |-
    health: {storagedriver: {enabled: true, interval: 10s, threshold: 3}}
    http: {addr: ":5000", headers: {X-Content-Type-Options: [nosniff]}}
    storage: {cache: {blobdescriptor: inmemory}}
    version: 0.1
---
apiVersion: v1
kind: Secret
metadata: {name: docker-registry-secret}
data: {haSharedSecret: bm90LXRvLWJlLXNob3du}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: docker-registry}
spec:
  template:
    spec:
      containers:
        - name: docker-registry
          command: [/bin/registry, serve, /etc/docker/registry/config.yml]
          env:
            - {name: REGISTRY_HTTP_SECRET, valueFrom: {secretKeyRef: {name: docker-registry-secret, key: haSharedSecret}}}
            - {name: REGISTRY_STORAGE_S3_ACCESSKEY, valueFrom: {secretKeyRef: {name: docker-registry-secret, key: s3AccessKey}}}
            - {name: REGISTRY_STORAGE_S3_SECRETKEY, valueFrom: {secretKeyRef: {name: docker-registry-secret, key: s3SecretKey}}}
            - {name: REGISTRY_STORAGE_S3_REGION, value: fr-par}
            - {name: REGISTRY_STORAGE_S3_REGIONENDPOINT, value: s3.fr-par.scw.cloud}
            - {name: REGISTRY_STORAGE_S3_BUCKET, value: images}
            - {name: REGISTRY_STORAGE_S3_ENCRYPT, value: "true"}
            - {name: REGISTRY_STORAGE_S3_SECURE, value: "true"}
`,
    ],
    spec: {
      database: 'docker-registry',
      region: 'fr-par',
      bucket: 'images',
      storage: { endpoint: 'https://s3.fr-par.scw.cloud', forcePathStyle: true },
      ...KEYS,
      notifications: TOKEN,
    },
  },
  {
    title: 'docker-registry v1 with the settings of docker-registry-index-dynamodb',
    flavor: 'prod',
    files: [
      `common: &common
  loglevel: _env:LOGLEVEL:info
  standalone: true
  search_backend: _env:SEARCH_BACKEND
s3: &s3
  <<: *common
  storage: s3
  s3_region: _env:AWS_REGION:eu-west-1
  s3_bucket: _env:AWS_BUCKET
  storage_path: _env:STORAGE_PATH:/registry
  s3_access_key: _env:AWS_KEY
  s3_secret_key: _env:AWS_SECRET
dev: {storage: local, storage_path: /tmp/registry}
prod:
  <<: [*s3]
  storage_path: _env:STORAGE_PATH:/prod
  search_backend: docker_registry_index_dynamodb
  extensions:
    dynamodb_index:
      database: acme
      version_table: acme-schema
      region: us-west-2
      access_key: _env:DB_KEY:id
      secret_access_key: _env:DB_SECRET:not-to-be-shown
      speed: 11
`,
    ],
    env: { AWS_BUCKET: 'acme-images', AWS_KEY: 'id', AWS_SECRET: 'not-to-be-shown' },
    spec: {
      database: 'acme',
      versionTable: 'acme-schema',
      region: 'us-west-2',
      bucket: 'acme-images',
      storage: { rootDirectory: 'prod', layout: 'V1', region: 'eu-west-1' },
      ...KEYS,
    },
    notes: [
      /^file1:17: search_backend: write the module of registry-index here/,
      /^file1:25: extensions\.dynamodb_index\.speed: no setting of docker-registry-index-dynamodb/,
    ],
  },
  {
    title: "docker-registry v1 by the variables of its image, with Ceph's gateway",
    files: [],
    env: {
      SETTINGS_FLAVOR: 's3',
      AWS_BUCKET: 'old-images',
      AWS_HOST: 'ceph.example.com',
      AWS_PORT: '7480',
      AWS_SECURE: 'false',
      DYNAMODB_DATABASE: 'old-registry',
    },
    spec: {
      database: 'old-registry',
      region: 'us-east-1',
      bucket: 'old-images',
      storage: {
        rootDirectory: 'registry',
        endpoint: 'http://ceph.example.com:7480',
        forcePathStyle: true,
        layout: 'V1',
      },
    },
  },
];
