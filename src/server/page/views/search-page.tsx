import { renderToString } from 'preact-render-to-string';
import { renderDocument } from './document.tsx';
import type { ResultsProps } from './props.ts';
import { Results } from './results.tsx';

export function renderSearch(props: ResultsProps): string {
  const { page, q, sort } = props;
  return renderDocument({ page, q, sort, title: q === '' ? undefined : q, children: <Results {...props} /> });
}

/** The results alone, for the script. */
export function renderResults(props: ResultsProps): string {
  return renderToString(<Results {...props} />);
}
