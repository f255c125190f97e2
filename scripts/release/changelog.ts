/** A commit as `git log --name-only` shows it. */
export interface Commit {
  readonly subject: string;
  readonly files: readonly string[];
}

/** Areas of the product in the order of the changelog, by the folder that most files of a commit are in. */
const AREAS: readonly (readonly [area: string, beginnings: readonly string[]])[] = [
  ['Resource and operator', ['crds/', 'src/api/', 'src/operator/', 'src/kube/', 'src/table-lifecycle/']],
  ['Chart', ['charts/', 'iam/', 'src/iam/']],
  ['Indexing', ['src/storage/', 'src/indexer/', 'src/dynamodb/', 'src/oci/', 'src/aws/', 'src/verify/']],
  ['Search', ['src/search/', 'src/server/', 'src/web/', 'search_backend/']],
  [
    'Command line and running without Kubernetes',
    ['src/commands/', 'src/standalone/', 'src/config/', 'src/telemetry/', 'src/http/', 'src/'],
  ],
  ['Documents and examples', ['docs/', 'examples/', 'README.md']],
];

/** What nobody notices who uses the program. */
const INNER =
  /^(?:test|scripts|\.ci|\.github)\/|^(?:package(?:-lock)?|biome|tsconfig)\.json$|^(?:CONTRIBUTING|ARCHITECTURE|CHANGELOG)\.md$/;
const FIXUP = /^(?:fixup|squash|amend)!?(?:\s|$)|^(?:Merge|Revert) /i;

/** The section of a version: one line a commit, by area; commits that only change tests or tools are left out. */
export function changelogSection(version: string, date: string, commits: readonly Commit[]): string {
  const lines = new Map<string, string[]>(AREAS.map(([area]) => [area, []]));
  for (const { subject, files } of commits) {
    const area = FIXUP.test(subject) ? undefined : areaOf(files);
    if (area !== undefined) lines.get(area)?.push(`- ${escaped(subject)}`);
  }
  const sections = [...lines].filter(([, changes]) => changes.length > 0);
  const body = sections.map(([area, changes]) => `### ${area}\n\n${[...new Set(changes)].join('\n')}\n`);
  return [`## ${version} (${date})\n`, ...(body.length > 0 ? body : ['No change that is seen from outside.\n'])].join(
    '\n',
  );
}

/** Before there was a version there is nothing to compare with. */
export function firstSection(version: string, date: string): string {
  return `## ${version} (${date})\n\nThe first version. [README.md](README.md) says what it does.\n`;
}

function areaOf(files: readonly string[]): string | undefined {
  const counts = AREAS.map(([area]) => ({ area, count: 0 }));
  for (const file of files.filter((path) => !INNER.test(path))) {
    const at = AREAS.findIndex(([, beginnings]) => beginnings.some((beginning) => file.startsWith(beginning)));
    const found = counts[at];
    if (found) found.count += 1;
  }
  const [most] = counts.toSorted((one, other) => other.count - one.count);
  return most && most.count > 0 ? most.area : undefined;
}

/** Markdown shows a subject as it was written. */
function escaped(subject: string): string {
  return subject.replace(/[<>[\]*_`\\]/g, '\\$&');
}

const TITLE = `# Changelog

What changed in each version, made from the commits by \`npm run release -- --changelog\`. Versions follow [semver](https://semver.org);
before 1.0.0 a minor version may change what a resource, a flag or an answer means, and its section says so.
`;

/** The changelog with a section above the older ones; that of the same version is replaced. */
export function withSection(changelog: string, version: string, section: string): string {
  const older = changelog
    .split(/^(?=## )/m)
    .filter((part) => part.startsWith('## ') && !part.startsWith(`## ${version} `));
  return [TITLE, section, ...older].map((part) => `${part.trim()}\n`).join('\n');
}

/** Commits of `git log --name-only --format=%x00%s`. */
export function parseLog(text: string): Commit[] {
  return text
    .split('\0')
    .filter((part) => part.trim() !== '')
    .map((part) => {
      const [subject = '', ...files] = part.split('\n').filter((line) => line !== '');
      return { subject, files };
    });
}
