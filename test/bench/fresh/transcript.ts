import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { runCommand } from '../../env/command.ts';
import { startDockerd } from '../../env/dockerd.ts';
import { goTool } from '../../env/go-tools.ts';
import { tempDirectory } from '../../env/temp-directory.ts';
import { NUDGED, type Stage } from './stage.ts';

const NAME = 'brand-new-kiosk';
const IMAGE = `team/${NAME}:1.0`;
/** Most pushes are found by then; on all three replicas docker has asked within the second. */
const PAUSE_MS = 500;

/** What a person sees who pushes an image with crane and searches for it with docker on each replica. */
export async function showPush(stage: Stage): Promise<string> {
  await using parts = new AsyncDisposableStack();
  const folder = parts.adopt(await tempDirectory('transcript'), ({ remove }) => remove());
  const dockerd = parts.adopt(await startDockerd(), ({ stop }) => stop());
  await stage.restartPods(NUDGED);
  const crane = await goTool('crane');
  const tarball = join(folder.path, `${NAME}.tar`);
  const layer = join(folder.path, 'layer.tar');
  await writeFile(layer, new Uint8Array(1_024));
  await runCommand(crane, ['append', '--new_layer', layer, '--new_tag', IMAGE, '--output', tarball]);
  const target = `${new URL(stage.registries[0]?.url ?? '').host}/${IMAGE}`;
  await runCommand(crane, ['push', tarball, target]);
  const pushedMs = performance.now();
  await wait(PAUSE_MS);
  const lines = [`$ crane push ${NAME}.tar ${target}; sleep ${PAUSE_MS / 1_000}`];
  for (const { url } of stage.pods()) {
    const term = `${new URL(url).host}/${NAME}`;
    const found = await dockerd.dockerSearch(term);
    const afterMs = Math.round(performance.now() - pushedMs);
    lines.push(`$ docker search ${term}   # answered ${afterMs} ms after the push`, found.trimEnd());
  }
  return lines.join('\n');
}
