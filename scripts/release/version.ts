import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';

const CHART = 'charts/registry-index/Chart.yaml';

/** The one version of the program, the image and the chart; throws when they, or the tag, say different ones. */
export async function releaseVersion(tag: string | undefined): Promise<string> {
  const { version } = JSON.parse(await readFile('package.json', 'utf8'));
  const chart = parse(await readFile(CHART, 'utf8'));
  const program = /\.version\('([^']+)'\)/.exec(await readFile('src/program.ts', 'utf8'))?.[1];
  const said = new Map<string, unknown>([
    ['package.json', version],
    [`${CHART} version`, chart.version],
    [`${CHART} appVersion`, chart.appVersion],
    ['src/program.ts', program],
    ...(tag ? [['the tag', tag.replace(/^v/, '')] as const] : []),
  ]);
  const different = [...said].filter(([, each]) => each !== version);
  if (different.length > 0)
    throw new Error(
      `package.json says ${version}, but ${different.map(([place, each]) => `${place} ${each}`).join(', ')}`,
    );
  return version;
}
