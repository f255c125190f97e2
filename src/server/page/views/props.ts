import type { Facets as FacetsAnswer, Repository, RepositoryRow, Stats } from '../../api/shapes.ts';
import type { RepositoryPlace } from '../links.ts';
import type { PageContext } from '../page-context.ts';

/** What the parts of a search's page are made from. */
export interface ResultsProps {
  readonly page: PageContext;
  readonly q: string;
  readonly sort: string | undefined;
  /** Whether this is not the first page. */
  readonly isLater: boolean;
  /** Of all pages. */
  readonly total: number;
  readonly rows: readonly RepositoryRow[];
  /** The cursor of the next page. */
  readonly next: string | undefined;
  /** Sentences in the language of the page. */
  readonly hints: readonly string[];
  readonly isIncomplete: boolean;
  readonly facets: FacetsAnswer['facets'];
  /** Folded texts that are marked in the rows. */
  readonly sought: readonly string[];
  /** On the first page, when nothing is asked for yet. */
  readonly stats?: Stats | undefined;
}

/** What the parts of a repository's page are made from. */
export interface RepositoryProps {
  readonly page: PageContext;
  readonly repository: Repository;
  /** What the address says besides the name. */
  readonly place: RepositoryPlace;
}
