import { searchUrl } from '../links.ts';
import { About, README_KEYS } from './about.tsx';
import { renderDocument } from './document.tsx';
import { Foreign, manyLines } from './foreign.tsx';
import { Marks } from './marks.tsx';
import type { RepositoryProps } from './props.ts';
import { Pull } from './pull.tsx';
import { Tags } from './tags.tsx';

export function renderRepository(props: RepositoryProps): string {
  const { page, repository } = props;
  return renderDocument({ page, title: repository.name, children: <RepositoryView {...props} /> });
}

function RepositoryView(props: RepositoryProps) {
  const { page, repository } = props;
  return (
    <>
      <h1 class="name">
        <LinkedName name={repository.name} />
      </h1>
      {repository.description !== '' && (
        <p class="lead">
          <Foreign text={repository.description} />
        </p>
      )}
      <div class="meta">
        <Marks page={page} row={repository} />
      </div>
      <Pull {...props} />
      <div class="two">
        <Tags {...props} />
        <aside aria-label={page.language.words.about}>
          <About page={page} repository={repository} />
        </aside>
        <Readme {...props} />
      </div>
    </>
  );
}

/** Each namespace leads to a search of what is below it. */
function LinkedName({ name }: { readonly name: string }) {
  const parts = name.split('/');
  return parts.map((part, at) => {
    if (at === parts.length - 1) return part;
    const namespace = parts.slice(0, at + 1).join('/');
    return (
      <a key={namespace} href={searchUrl({ q: `ns:${namespace}` })}>
        {part}/
      </a>
    );
  });
}

/** The text that the artefact carries, as text. Where it is an address, it stands among the labels as a link. */
function Readme({ page, repository }: RepositoryProps) {
  const text = README_KEYS.map((key) => repository.labels[key]).find((found) => found !== undefined);
  if (text === undefined) return null;
  return (
    <section class="readme">
      <h2>{page.language.words.readme}</h2>
      <pre dir="auto">{manyLines(text)}</pre>
    </section>
  );
}
