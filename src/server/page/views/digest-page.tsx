import type { DigestOwners } from '../../api/shapes.ts';
import { digestUrl, repositoryUrl } from '../links.ts';
import type { PageContext } from '../page-context.ts';
import { renderDocument } from './document.tsx';
import { Name } from './foreign.tsx';

interface DigestProps {
  readonly page: PageContext;
  readonly owners: DigestOwners;
}

export function renderDigest(props: DigestProps): string {
  const { page, owners } = props;
  return renderDocument({ page, title: owners.digest.slice(0, 19), children: <DigestView {...props} /> });
}

/** Every repository that has it under a tag. */
function DigestView({ page, owners }: DigestProps) {
  const { words, number } = page.language;
  const { digest, total, results, next } = owners;
  return (
    <>
      <h1 class="digest-name">
        <code>{digest}</code>
      </h1>
      <div class="said">
        <p>{words.repositories(total, number(total))}</p>
        <button type="button" data-copy={digest} data-copied={words.copied} hidden>
          {words.copyDigest}
        </button>
      </div>
      <ol class="hits">
        {results.map(({ name, tags, tagCount }) => (
          <li key={name} class="hit">
            <h2>
              <a href={repositoryUrl(name)}>
                <Name text={name} />
              </a>
            </h2>
            <div class="meta">
              {tags.map((tag) => (
                <a key={tag} class="tag" href={repositoryUrl(name, { tag })}>
                  {tag}
                </a>
              ))}
              {tagCount > tags.length && <span>{words.andMore(number(tagCount - tags.length))}</span>}
            </div>
          </li>
        ))}
      </ol>
      {next !== undefined && (
        <nav class="pages" aria-label={words.pages}>
          <a rel="next" href={digestUrl(digest, next)}>
            {words.next} <span aria-hidden="true">→</span>
          </a>
        </nav>
      )}
    </>
  );
}
