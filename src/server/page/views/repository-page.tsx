import { searchUrl } from '../links.ts';
import { About } from './about.tsx';
import { renderDocument } from './document.tsx';
import { Foreign } from './foreign.tsx';
import { Marks } from './marks.tsx';
import type { RepositoryProps } from './props.ts';
import { Pull } from './pull.tsx';
import { Readme } from './readme.tsx';
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
        <Readme page={page} repository={repository} />
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
