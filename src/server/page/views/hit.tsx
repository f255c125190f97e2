import type { RepositoryRow } from '../../api/shapes.ts';
import { repositoryUrl } from '../links.ts';
import type { PageContext } from '../page-context.ts';
import { Foreign, Name } from './foreign.tsx';
import { Marks } from './marks.tsx';
import { Time } from './time.tsx';

interface HitProps {
  readonly page: PageContext;
  readonly row: RepositoryRow;
  readonly sought: readonly string[];
}

/**
 * A row answers at a glance: what it is called, what it is, how fresh, where it runs, and whether it can be trusted.
 */
export function Hit({ page, row, sought }: HitProps) {
  return (
    <li class="hit">
      <h2>
        <a href={repositoryUrl(row.name)}>
          <Name text={row.name} sought={sought} />
        </a>
      </h2>
      <Time page={page} at={row.pushed} />
      {row.description !== '' && (
        <p>
          <Foreign text={row.description} sought={sought} />
        </p>
      )}
      <div class="meta">
        {row.tag !== undefined && <code class="tag">{row.tag}</code>}
        {row.platforms.length > 0 && <span>{platformsOf(row.platforms)}</span>}
        <Marks page={page} row={row} />
      </div>
    </li>
  );
}

/** `linux/amd64, arm64`: a system is said once. */
export function platformsOf(platforms: readonly string[]): string {
  let text = '';
  let system = '';
  for (const platform of platforms) {
    const os = platform.slice(0, platform.indexOf('/') + 1);
    if (text !== '') text += os === system ? ', ' : ' · ';
    text += os === system ? platform.slice(os.length) : platform;
    system = os;
  }
  return text;
}
