import type { Repository } from '../../api/shapes.ts';
import type { Page } from '../page.ts';
import { README_KEYS } from './about.tsx';
import { manyLines } from './foreign.tsx';

/** The text that the artefact carries, as text. Where it is an address, it stands among the labels as a link. */
export function Readme({ page, repository }: { readonly page: Page; readonly repository: Repository }) {
  const text = README_KEYS.map((key) => repository.labels[key]).find((found) => found !== undefined);
  if (text === undefined) return null;
  return (
    <section class="readme">
      <h2>{page.language.words.readme}</h2>
      <pre dir="auto">{manyLines(text)}</pre>
    </section>
  );
}
