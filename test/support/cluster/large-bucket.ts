import { join } from 'node:path';
import { image } from '../../../src/standalone/sample/artefacts.ts';
import { layOut } from '../../../src/standalone/sample/lay-out.ts';
import { SCRATCH_BUCKET, type Stage } from './stage.ts';

const PUSHED_AT = new Date('2026-11-01T00:00:00Z');

/** Puts so many repositories of one tag each into the scratch bucket, as a registry would have laid them out. */
export async function fillScratchBucket({ s3 }: Stage, repositories: number): Promise<void> {
  const artefact = image({ platforms: ['linux/amd64'], created: PUSHED_AT, content: 'the same everywhere' });
  const tags = Array.from({ length: repositories }, (_, number) => ({
    repository: `team-${number % 20}/service-${number}`,
    tag: 'latest',
    pushedAt: PUSHED_AT,
    artefact,
  }));
  await layOut(join(s3.directory, SCRATCH_BUCKET), tags);
}
