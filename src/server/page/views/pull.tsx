import { clientsOf, commandsOf } from '../commands.ts';
import { repositoryUrl } from '../links.ts';
import type { RepositoryProps } from './props.ts';

/** The commands that pull it: the largest thing to press. */
export function Pull({ page, repository, place }: RepositoryProps) {
  const { words } = page.language;
  const [row] = repository.tags.results;
  const tag = place.tag ?? repository.tag ?? row?.name;
  if (tag === undefined) return null;
  const clients = clientsOf(repository.types);
  const client = clients.find((known) => known === place.client) ?? clients[0] ?? 'docker';
  const digest = digestOf(repository, tag);
  const isByDigest = place.by === 'digest' && digest !== undefined;
  const lines = commandsOf(client, {
    registry: page.registry,
    name: repository.name,
    tag,
    digest: isByDigest ? digest : undefined,
  });
  return (
    <section class="pull" aria-label={words.client}>
      <nav class="tabs" aria-label={words.client}>
        {clients.map((each) => (
          <a
            key={each}
            href={repositoryUrl(repository.name, { ...place, client: each })}
            aria-current={each === client ? 'true' : undefined}
          >
            {each}
          </a>
        ))}
        {digest !== undefined && (
          <a class="by" href={repositoryUrl(repository.name, { ...place, by: isByDigest ? undefined : 'digest' })}>
            {isByDigest ? words.byTag : words.byDigest}
          </a>
        )}
      </nav>
      {lines.map((line) => (
        <Command key={line} line={line} copy={words.copy} copied={words.copied} />
      ))}
      {!page.isRegistryKnown && <p class="small">{words.ownAddress}</p>}
    </section>
  );
}

interface CommandProps {
  readonly line: string;
  readonly copy: string;
  readonly copied: string;
}

/** The script shows the button, for there is nothing to copy with without it. */
function Command({ line, copy, copied }: CommandProps) {
  return (
    <div class="command">
      <code>{line}</code>
      <button type="button" data-copy={line} data-copied={copied} hidden>
        {copy}
      </button>
    </div>
  );
}

function digestOf({ tag, digest, tags }: RepositoryProps['repository'], wanted: string): string | undefined {
  const row = tags.results.find(({ name, same }) => name === wanted || same.includes(wanted));
  return row?.digest ?? (tag === wanted ? digest : undefined);
}
