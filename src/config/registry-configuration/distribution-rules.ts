import { ifGiven, ifNoBoolean, ifOff, ifOn, type Rule } from './rules.ts';

const S3 = '^storage\\.(?:s3|s3aws|s3goamz)';

function s3(names: string): RegExp {
  return new RegExp(`${S3}\\.(?:${names})$`);
}

/** The settings of distribution 2 and 3, from its reference of the configuration; what fits none is unknown. */
export const DISTRIBUTION_RULES: readonly Rule[] = [
  { path: s3('bucket|region|regionendpoint|rootdirectory|accesskey|secretkey') },
  { path: s3('secure|forcepathstyle'), say: ifNoBoolean('neither true nor false; left to its default') },
  {
    path: s3('skipverify'),
    say: ifOn('certificates are always verified; the authority can be given by NODE_EXTRA_CA_CERTS (docs/install.md)'),
  },
  { path: s3('v4auth'), say: ifOff('signatures of version 2 are not made; the store must take version 4') },
  {
    path: s3('keyid'),
    say: ifGiven('backfill and indexer need kms:Decrypt on this key: registry-index iam prints it'),
  },
  { path: s3('accelerate|usedualstack'), say: ifOn('not used; the store is asked at its plain address') },
  { path: s3('usefipsendpoint'), say: ifOn('not used; name the FIPS address in storage.endpoint if that is required') },
  { path: s3('sessiontoken'), say: ifGiven('keys that end cannot stay in a Secret; use a role (docs/iam.md)') },
  {
    path: s3(
      'encrypt|chunksize|multipart[a-z]+|storageclass|useragent|objectacl|loglevel|maxrequestspersecond|maxretries|credentialsconfigpath',
    ),
  },
  { path: new RegExp(`${S3}$`) },
  { path: new RegExp(`${S3}\\.`), say: 'no setting of the S3 driver; distribution ignores it too' },
  { path: /^storage(?:\.|$)/ },
  { path: /^auth(?:\.|$)/ },
  { path: /^http\.host$/ },
  {
    path: /^http\.prefix$/,
    say: ({ value }) =>
      value === '' || value === '/' ? undefined : 'commands to pull that search shows do not have this prefix',
  },
  { path: /^http(?:\.|$)/ },
  { path: /^notifications\.endpoints\.\d+\.name$/, say: 'stays as it is; put the endpoint of the index beside it' },
  { path: /^notifications(?:\.|$)/ },
  { path: /^proxy\.remoteurl$/ },
  {
    path: /^(?:version|log|loglevel|debug|middleware|redis|health|proxy|compatibility|policy|validation|catalog|reporting|tracing)(?:\.|$)/,
  },
  // Where people keep anchors.
  { path: /^x-/ },
  { path: /^/, say: 'no setting of distribution' },
];
