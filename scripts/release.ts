/**
 * `npm run release`: uploads a version of the image and the chart, signed and with their papers.
 * `.github/workflows/release.yml` runs it for a tag; `--dry-run` does all of it against a registry and with a key of
 * its own.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { openBuildah } from '../test/env/buildah.ts';
import { runCommand } from '../test/env/command.ts';
import { changelogSection, firstSection, parseLog, withSection } from './release/changelog.ts';
import { type Publication, publish } from './release/publish.ts';
import { basesOfThisMachine, rehearse } from './release/rehearsal.ts';
import { releaseVersion } from './release/version.ts';

const USAGE = `npm run release -- --dry-run | --registry HOST/PATH --attachments FOLDER | --changelog

  --dry-run              build, upload to a registry on this machine, sign with a key of its own, verify; nothing leaves
  --registry HOST/PATH   build for all platforms, upload and sign, as the workflow does it
  --attachments FOLDER   where to put what belongs on the release's page: query as one file, its signature, bill of materials
  --changelog            write the section of this version into CHANGELOG.md, from the commits since the last tag
  --notes                print that section
  --since REF            for both, in place of the last tag
  --tag NAME             must name the version of package.json and of the chart`;

const ROOT = resolve(import.meta.dirname, '..');
const PLATFORMS = ['linux/amd64', 'linux/arm64'];

const { values } = parseArgs({
  options: {
    'dry-run': { type: 'boolean' },
    registry: { type: 'string' },
    attachments: { type: 'string' },
    changelog: { type: 'boolean' },
    notes: { type: 'boolean' },
    since: { type: 'string' },
    tag: { type: 'string' },
  },
});

const version = await releaseVersion(values.tag);
if (values.notes) console.log(await section());
else if (values.changelog)
  await writeFile(
    'CHANGELOG.md',
    withSection(await readFile('CHANGELOG.md', 'utf8').catch(() => ''), version, await section()),
  );
else if (values['dry-run']) await rehearseHere();
else if (values.registry && values.attachments) await release(values.registry, values.attachments);
else {
  console.error(USAGE);
  process.exitCode = 2;
}

function say(step: string): void {
  console.log(`✓ ${step}`);
}

async function release(registry: string, attachments: string): Promise<void> {
  const changelog = await readFile('CHANGELOG.md', 'utf8');
  if (!changelog.includes(`\n## ${version} `))
    throw new Error(
      `CHANGELOG.md has no section ${version}: run "npm run release -- --changelog", and commit it before the tag`,
    );
  const buildah = await openBuildah();
  try {
    const plan = {
      version,
      registry,
      platforms: PLATFORMS,
      source: await source(),
      buildOptions: () => [],
      key: undefined,
      isPlain: false,
      attachments,
      context: ROOT,
    };
    await publish(plan, { buildah, helm: 'helm', cosign: 'cosign', say });
  } finally {
    await buildah.remove();
  }
}

async function rehearseHere(): Promise<void> {
  say(`version ${version} of program, image and chart`);
  const plan = { version, platforms: PLATFORMS, source: await source(), context: ROOT };
  await rehearse({ ...plan, basesIn: basesOfThisMachine, say });
  console.log(
    '\nThe workflow takes the base images of all platforms, signs by its identity, and uploads. Here nothing was.',
  );
}

async function source(): Promise<Publication['source']> {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_WORKFLOW_REF } = process.env;
  const repository = GITHUB_REPOSITORY
    ? `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`
    : 'https://git.example.com/owner/registry-index';
  const commit = (await runCommand('git', ['rev-parse', 'HEAD'])).trim();
  const committedAtS = Number(await runCommand('git', ['log', '-1', '--format=%ct']));
  const builder = GITHUB_WORKFLOW_REF
    ? `${GITHUB_SERVER_URL}/${GITHUB_WORKFLOW_REF}`
    : 'https://git.example.com/this-machine';
  return { repository, commit, committedAtS, builder };
}

/** Of the commits since the last tag of a version; the first version has none. */
async function section(): Promise<string> {
  const date = (await runCommand('git', ['log', '-1', '--format=%cs'])).trim();
  const last = values.since ?? (await lastTag());
  if (last === undefined) return firstSection(version, date);
  const log = await runCommand('git', ['log', '--no-merges', '--name-only', '--format=%x00%s', `${last}..HEAD`]);
  return changelogSection(version, date, parseLog(log));
}

/** The tag of this version itself does not count. */
async function lastTag(): Promise<string | undefined> {
  const tags = await runCommand('git', ['tag', '--list', 'v*', '--sort=-v:refname', '--merged', 'HEAD']);
  return tags.split('\n').find((tag) => tag !== '' && tag !== `v${version}`);
}
