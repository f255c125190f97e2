/**
 * Words that people in this field use for one and the same thing. Each line is a group; a word may be in several. They
 * stand for whole words alone, because short ones are inside many others.
 */
const GROUPS: readonly (readonly string[])[] = [
  // Counted letters, as the projects themselves write them.
  ['kubernetes', 'k8s', 'kube'],
  ['internationalization', 'internationalisation', 'i18n'],
  ['localization', 'localisation', 'l10n'],
  ['observability', 'o11y'],
  ['accessibility', 'a11y'],
  // Languages and their runtimes: the endings of their files, and what their images are called.
  ['node', 'nodejs', 'js', 'javascript'],
  ['typescript', 'ts'],
  ['python', 'py'],
  ['golang', 'go'],
  ['ruby', 'rb'],
  ['rust', 'rs'],
  ['java', 'jdk', 'openjdk', 'jre'],
  ['dotnet', '.net', 'aspnet', 'csharp', 'c#'],
  ['cpp', 'c++', 'cplusplus'],
  ['powershell', 'pwsh'],
  // Databases and brokers: the names of their projects, clients and protocols.
  ['postgresql', 'postgres', 'pg', 'psql'],
  ['mongodb', 'mongo'],
  ['mssql', 'sqlserver'],
  ['elasticsearch', 'elastic', 'es'],
  ['rabbitmq', 'rabbit', 'amqp'],
  ['memcached', 'memcache'],
  ['database', 'db'],
  // Tools: their commands and metric names.
  ['terraform', 'tf'],
  ['tensorflow', 'tf'],
  ['pytorch', 'torch'],
  ['prometheus', 'prom'],
  ['opentelemetry', 'otel'],
  ['ansible', 'awx'],
  // Images for graphics processors are built on CUDA.
  ['gpu', 'cuda', 'nvidia'],
  // Initials that stand for what is written out in names.
  ['bff', 'backendforfrontend'],
  ['idp', 'identityprovider'],
  ['lb', 'loadbalancer'],
  ['ml', 'machinelearning'],
  ['mq', 'messagequeue'],
  ['sso', 'singlesignon'],
  // What is left of long words in names.
  ['application', 'app'],
  ['authentication', 'auth', 'authn'],
  ['authorization', 'authorisation', 'auth', 'authz'],
  ['backend', 'be'],
  ['certificate', 'cert'],
  ['configuration', 'config', 'conf', 'cfg'],
  ['controller', 'ctrl'],
  ['development', 'dev'],
  ['documentation', 'docs', 'doc'],
  ['environment', 'env'],
  ['frontend', 'fe'],
  ['gateway', 'gw'],
  ['image', 'img'],
  ['infrastructure', 'infra'],
  ['library', 'lib'],
  ['management', 'mgmt'],
  ['manager', 'mgr'],
  ['message', 'msg'],
  ['monitoring', 'mon'],
  ['package', 'pkg'],
  ['production', 'prod'],
  ['registry', 'reg'],
  ['repository', 'repo'],
  ['server', 'srv'],
  ['service', 'svc'],
  ['staging', 'stg', 'stage'],
  ['statistics', 'stats'],
  ['synchronization', 'synchronisation', 'sync'],
  ['transaction', 'txn', 'tx'],
  ['utilities', 'utils', 'util'],
];

const BY_WORD = indexGroups();

function indexGroups(): ReadonlyMap<string, readonly string[]> {
  const byWord = new Map<string, string[]>();
  for (const group of GROUPS) {
    for (const word of group) byWord.set(word, [...(byWord.get(word) ?? []), ...group.filter((one) => one !== word)]);
  }
  return byWord;
}

const LETTERS = /^[a-z0-9]+$/;

/** Other words for a word, folded; only such as are of letters and digits alone. */
export function sameWords(word: string): readonly string[] {
  return (BY_WORD.get(word) ?? []).filter((one) => LETTERS.test(one));
}
