import { type DescribedApi, templateOf } from '../../api/openapi.ts';
import { OPERATIONS, type Operation } from '../../api/operations.ts';
import type { PageContext } from '../page-context.ts';
import { renderDocument } from './document.tsx';

interface ReferenceProps {
  readonly page: PageContext;
  readonly api: DescribedApi;
}

/** The API for people, from the table that it is made from. It is in English in every language. */
export function renderReference({ page, api }: ReferenceProps): string {
  const { title, version, description } = api.info;
  const { words } = page.language;
  return renderDocument({
    page,
    title: words.api,
    children: (
      <div lang="en" class="reference">
        <h1>
          {title}, API {version}
        </h1>
        <p class="lead">{description}</p>
        <p>
          <a href="openapi.json">openapi.json</a> describes all of it for programs, as OpenAPI 3.1.
        </p>
        {OPERATIONS.map((operation) => (
          <Route key={operation.id} operation={operation} />
        ))}
      </div>
    ),
  });
}

function Route({ operation }: { readonly operation: Operation }) {
  const { id, summary, path, rest, parameters, example } = operation;
  const shown = `${path}${rest?.example ?? ''}${example}`;
  const rows = [...(rest ? [rest] : []), ...parameters];
  return (
    <section aria-labelledby={id}>
      <h2 id={id}>{summary}</h2>
      <p>
        <code>GET {templateOf(operation)}</code>
      </p>
      {rows.length > 0 && (
        <dl>
          {rows.map(({ name, description }) => (
            <div key={name}>
              <dt>
                <code>{name}</code>
              </dt>
              <dd>{description}</dd>
            </div>
          ))}
        </dl>
      )}
      <p>
        For example{' '}
        <a href={shown}>
          <code>{shown}</code>
        </a>
      </p>
    </section>
  );
}
