/** Programs whose command lines name images or charts. */
export const TOOLS: ReadonlySet<string> = new Set([
  ...[
    'docker',
    'podman',
    'nerdctl',
    'finch',
    'buildah',
    'img',
    'kaniko',
    'crane',
    'gcrane',
    'skopeo',
    'oras',
    'regctl',
  ],
  ...[
    'ctr',
    'crictl',
    'cosign',
    'notation',
    'trivy',
    'grype',
    'syft',
    'dive',
    'helm',
    'kubectl',
    'oc',
    'k3s',
    'minikube',
  ],
  ...['kind', 'apptainer', 'singularity', 'wasm-to-oci', 'flux', 'lima', 'limactl', 'colima'],
]);

/** Options of `docker run` and the like that take no value; every other one may take the next word. */
const SWITCHES: ReadonlySet<string> = new Set([
  ...[
    'detach',
    'interactive',
    'tty',
    'rm',
    'init',
    'privileged',
    'publish-all',
    'read-only',
    'quiet',
    'no-healthcheck',
    'all-platforms',
  ],
  ...[
    'oom-kill-disable',
    'replace',
    'no-hosts',
    'all-tags',
    'disable-content-trust',
    'no-cache',
    'load',
    'push',
    'all',
  ],
  ...['sig-proxy', 'tls-verify', 'rmi', 'systemd', 'http-proxy', 'debug', 'insecure', 'plain-http', 'install', 'wait'],
  ...[
    'untar',
    'devel',
    'verify',
    'dry-run',
    'atomic',
    'force',
    'record',
    'local',
    'raw',
    'verbose',
    'recursive',
    'bootstrap',
  ],
]);
const SHORT_SWITCHES = /^-[ditPqahR]+$/;

/** Words that say what a command does, and of which several may follow each other: `docker image pull`. */
const VERBS: ReadonlySet<string> = new Set([
  ...['run', 'pull', 'push', 'create', 'build', 'buildx', 'tag', 'rmi', 'save', 'history', 'inspect', 'scan', 'scout'],
  ...['image', 'images', 'container', 'containers', 'manifest', 'imagetools', 'service', 'search', 'trust', 'sign'],
  ...['copy', 'cp', 'digest', 'ls', 'list', 'list-tags', 'config', 'export', 'validate', 'mutate', 'append', 'delete'],
  ...[
    'install',
    'upgrade',
    'template',
    'show',
    'chart',
    'values',
    'readme',
    'diff',
    'fetch',
    'dependency',
    'repo',
    'tags',
  ],
  ...['set', 'debug', 'deployment', 'pod', 'job', 'cronjob', 'from', 'bud', 'mount', 'load', 'import', 'artifact'],
  ...[
    'verify',
    'attest',
    'attach',
    'discover',
    'resolve',
    'download',
    'fs',
    'vuln',
    'quickview',
    'cves',
    'exec',
    'get',
  ],
  ...['compose', 'start', 'ctr', 'crictl', 'shell', 'blob', 'tree', 'triangulate', 'registry', 'oci', 'play', 'add'],
]);

/** A word that can be nothing but an image: with a scheme, a digest, a tag or a path. */
const PLAIN_IMAGE = /^(?:[a-z-]+:\/\/\S+|\[?[\w.:\]-]+(?:\/[\w.-]+)*(?::[\w][\w.-]*)?(?:@sha\d+:[0-9a-fA-F]+)?)$/;

/**
 * The image that a command line names, as it stands there; undefined where the words are no command line or name none.
 * `words` are those of one command, without quotes.
 */
export function imageOfCommand(words: readonly string[]): string | undefined {
  const at = words.findIndex((word) => TOOLS.has(nameOfTool(word)));
  if (at === -1 || !words.slice(0, at).every(mayStandBefore)) return undefined;
  const tool = nameOfTool(words[at] ?? '');
  const { verbs, rest } = splitVerbs(words.slice(at + 1));
  if (verbs.length === 0) return undefined;
  const isBuild = verbs.includes('build') || verbs.includes('bud');
  // Of a build, `-t` is the name of the image; elsewhere a terminal.
  const { options, values } = readArguments(isBuild ? rest.map((word) => (word === '-t' ? '--tag' : word)) : rest);
  if (tool === 'helm') return verbs.some((verb) => CHART_VERBS.has(verb)) ? chartOf(verbs, values, options) : undefined;
  if (tool === 'kubectl' || tool === 'oc') return options.get('image') ?? imageOfAssignment(values);
  if (isBuild) return options.get('tag');
  const image = isLastVerb(verbs) ? values[0] : values.find(isPlainImage);
  return image ?? options.get('image') ?? [...options.values()].findLast(isPlainImage);
}

function nameOfTool(word: string): string {
  return word
    .slice(word.lastIndexOf('/') + 1)
    .replace(/\.exe$/i, '')
    .toLowerCase();
}

/** A prompt, `sudo` with its options, an assignment of the environment. */
function mayStandBefore(word: string): boolean {
  return /^(?:[$#>%]|sudo|time|exec|run:?|-\S*|\w+=\S*|[\w.-]+@[\w.-]+[:$#].*)$/i.test(word);
}

/** What follows the tool up to its first value; options of the tool itself may stand between. */
function splitVerbs(words: readonly string[]): { verbs: string[]; rest: readonly string[] } {
  const verbs: string[] = [];
  let at = 0;
  while (at < words.length) {
    const word = words[at] ?? '';
    if (VERBS.has(word.toLowerCase()) && !(verbs.length > 0 && isLastVerb(verbs))) verbs.push(word.toLowerCase());
    else if (verbs.length > 0 || !word.startsWith('-')) break;
    else if (takesNext(word)) at += 1;
    at += 1;
  }
  return { verbs, rest: words.slice(at) };
}

/** After these comes an image, whatever it is: `docker run registry` runs the image `registry`. */
const LAST_VERBS: ReadonlySet<string> = new Set([
  ...['run', 'pull', 'push', 'create', 'tag', 'rmi', 'save', 'history', 'inspect', 'scan', 'search', 'copy', 'cp'],
  ...['digest', 'install', 'upgrade', 'template'],
]);

function isLastVerb(verbs: readonly string[]): boolean {
  return LAST_VERBS.has(verbs.at(-1) ?? '');
}

interface Arguments {
  readonly options: ReadonlyMap<string, string>;
  readonly values: readonly string[];
}

function readArguments(words: readonly string[]): Arguments {
  const options = new Map<string, string>();
  const values: string[] = [];
  for (let at = 0; at < words.length; at += 1) {
    const word = words[at] ?? '';
    if (!/^--?[a-z]/i.test(word)) {
      if (word !== '--' && word !== '-') values.push(word);
      continue;
    }
    const [name = '', ...value] = word.replace(/^--?/, '').split('=');
    if (value.length > 0) setOnce(options, name, value.join('='));
    else if (takesNext(word)) {
      at += 1;
      setOnce(options, name, words[at] ?? '');
    }
  }
  return { options, values };
}

function setOnce(options: Map<string, string>, name: string, value: string): void {
  if (!options.has(name)) options.set(name, value);
}

/** `-p 80:80` takes the next word, `-p80:80`, `--rm`, `-it` and `--name=x` do not. */
function takesNext(option: string): boolean {
  if (option.includes('=')) return false;
  if (option.startsWith('--'))
    return !SWITCHES.has(option.slice(2)) && !/^--(?:no|skip|include|enable|disable)-/.test(option);
  return option.length > 1 && !SHORT_SWITCHES.test(option) && /^-[ditPqahR]*[A-Za-z]$/.test(option);
}

/** What helm does with a chart: `helm chart` alone are two words. */
const CHART_VERBS: ReadonlySet<string> = new Set([
  ...['install', 'upgrade', 'template', 'pull', 'push', 'fetch', 'show', 'inspect', 'diff', 'verify', 'dependency'],
]);

/** `helm install my-release oci://…`, `helm pull repository/chart --version 1.2.3`. */
function chartOf(
  verbs: readonly string[],
  values: readonly string[],
  options: Arguments['options'],
): string | undefined {
  const isNamed = verbs.includes('install') || verbs.includes('upgrade') || verbs.includes('template');
  const chart = values.find((value) => value.includes('://')) ?? values.at(isNamed ? 1 : 0) ?? values[0];
  const version = options.get('version');
  const hasTag = chart === undefined || version === undefined || /:[\w.+-]+$/.test(chart);
  return hasTag ? chart : `${chart}:${version}`;
}

/** `kubectl set image deployment/web web=nginx:1.27`. */
function imageOfAssignment(values: readonly string[]): string | undefined {
  return values.find((value) => /^[\w*.-]+=./.test(value))?.replace(/^[^=]*=/, '');
}

function isPlainImage(word: string): boolean {
  return PLAIN_IMAGE.test(word) && /[/:@]/.test(word) && !/^\.{0,2}\//.test(word);
}
