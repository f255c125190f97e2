import { image } from '../../../src/standalone/sample/artefacts.ts';
import { layOut } from '../../../src/standalone/sample/lay-out.ts';
import { repositoryName } from '../backfill/real-registry.ts';

const CREATED_MS = Date.UTC(2026, 0, 1);

/** Writes a registry of so many repositories of one image each, every image another one, into a folder. */
export function layOutImages(folder: string, repositories: number): Promise<void> {
  const tags = Array.from({ length: repositories }, (_, number) => {
    const created = new Date(CREATED_MS + number * 60_000);
    const labels = { 'org.opencontainers.image.title': `Service ${number}`, team: `team-${number % 40}` };
    const artefact = image({ platforms: ['linux/amd64'], labels, created, content: `service ${number}` });
    return { repository: repositoryName(number), tag: 'latest', pushedAt: created, artefact };
  });
  return layOut(folder, tags);
}
