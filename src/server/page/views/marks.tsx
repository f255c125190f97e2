import type { RepositoryRow } from '../../api/shapes.ts';
import type { PageContext } from '../page-context.ts';
import { oneLine } from './foreign.tsx';

/** What says most of who made it first. */
const MARKS = ['signed', 'attested', 'sbom'] as const;

type Marked = Pick<RepositoryRow, 'types' | 'marks' | 'labels' | 'private'>;

/**
 * What distinguishes a repository from an image that anybody may have pushed: its type, what proves it, what warns of
 * it.
 */
export function Marks({ page, row }: { readonly page: PageContext; readonly row: Marked }) {
  const { words } = page.language;
  const kind = kindOf(page, row.types[0]);
  return (
    <>
      {kind !== undefined && <span>{kind}</span>}
      {MARKS.filter((mark) => row.marks.includes(mark)).map((mark) => (
        <span key={mark} class="ok">
          {words.marks[mark]}
        </span>
      ))}
      {isDeprecated(row.labels) && <span class="warn">{words.deprecated}</span>}
      {row.private && <span class="warn">{words.private}</span>}
    </>
  );
}

/** Images need no word. */
export function kindOf({ language }: PageContext, type: string | undefined): string | undefined {
  if (type === undefined || type === 'image') return undefined;
  return type === 'helm' ? language.words.kinds.helm : shortType(type);
}

/** `application/vnd.acme.model.v1+json` without what all media types have. */
export function shortType(type: string): string {
  return oneLine(type).replace(/^application\/(?:vnd\.)?/, '');
}

function isDeprecated(labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).some(([key, value]) => /(?:^|[.-])deprecated$/.test(key) && value !== 'false');
}
