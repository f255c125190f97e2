import Type, { type Static, type TSchema } from 'typebox';

const list = <Item extends TSchema>(item: Item, description: string) => Type.Array(item, { description });
const text = (description: string) => Type.String({ description });
const count = (description: string) => Type.Integer({ minimum: 0, description });
const time = (description: string) => Type.String({ format: 'date-time', description });

const ROW = {
  name: text('its path in the registry'),
  description: text('its summary or else its title; empty where it has neither'),
  tag: Type.Optional(text('the tag that text, labels and platforms come from')),
  digest: Type.Optional(text('of that tag')),
  pushed: time('the newest push of any tag'),
  tagCount: count('how many tags it has'),
  types: list(Type.String(), 'image, helm, or the media type of an artifact; that of the tag first'),
  platforms: list(Type.String(), 'of the tag, such as linux/arm64'),
  marks: list(
    Type.Union([Type.Literal('signed'), Type.Literal('sbom'), Type.Literal('attested')]),
    'what is attached to any of its tags, in the words of the query language',
  ),
  labels: Type.Record(Type.String(), Type.String(), { description: 'labels and annotations of the tag' }),
  private: Type.Optional(Type.Literal(true, { description: 'private in docker-registry v1' })),
};

export const RepositoryRow = Type.Object(ROW);
export type RepositoryRow = Static<typeof RepositoryRow>;

/** How a query was understood, in every answer to one. */
const UNDERSTOOD = {
  query: text('as it was typed'),
  interpreted: text('the query as it was understood, in the same language'),
};

export const SearchResult = Type.Object({
  ...UNDERSTOOD,
  corrected: Type.Optional(text('the same, where nothing matches what was typed and words were spelled otherwise')),
  relaxed: list(
    Type.Object({ kind: Type.String() }, { additionalProperties: Type.String() }),
    'how interpreted differs from what was typed',
  ),
  hints: list(Type.String(), 'sentences for a person; at least one where nothing was found'),
  incomplete: Type.Optional(Type.Literal(true, { description: 'the first backfill runs: some is not indexed yet' })),
  total: count('of all pages'),
  results: list(RepositoryRow, 'the hits of this page'),
  next: Type.Optional(text('the cursor of the next page; left out on the last')),
});
export type SearchResult = Static<typeof SearchResult>;

export const TagRow = Type.Object({
  name: Type.String(),
  digest: Type.String(),
  pushed: time('when it was pushed'),
  platforms: Type.Optional(list(Type.String(), 'left out while they are not known')),
  size: Type.Optional(count('bytes of config and layers; of an index those of the image that speaks for it')),
  created: Type.Optional(time('when it was built, where it says so, to the minute')),
  appVersion: Type.Optional(text('of a Helm chart')),
  same: list(Type.String(), 'other tags of the same digest, at most ten'),
});
export type TagRow = Static<typeof TagRow>;

export const Repository = Type.Object({
  ...ROW,
  title: Type.Optional(Type.String()),
  summary: Type.Optional(Type.String()),
  base: Type.Optional(
    Type.Object(
      { reference: text('as its label says it'), names: list(Type.String(), 'repositories here that it means') },
      { description: 'the image that it is built on' },
    ),
  ),
  dependents: Type.Object(
    { total: count('how many'), names: list(Type.String(), 'at most a hundred, by name') },
    { description: 'what is built on it' },
  ),
  tags: Type.Object({
    total: count('tags that fit'),
    results: list(TagRow, 'the tags of this page'),
    next: Type.Optional(text('the cursor of the next page; left out on the last')),
  }),
});
export type Repository = Static<typeof Repository>;

export const DigestOwners = Type.Object({
  digest: text('in its normal form'),
  total: count('how many repositories have it'),
  results: list(
    Type.Object({
      name: Type.String(),
      tags: list(Type.String(), 'at most a hundred of its tags of that digest'),
      tagCount: count('how many of its tags have that digest'),
    }),
    'by name',
  ),
  next: Type.Optional(text('the cursor of the next page; left out on the last')),
});
export type DigestOwners = Static<typeof DigestOwners>;

const Facet = Type.Object({
  value: Type.String(),
  count: count('repositories that have it'),
  filter: text('added to interpreted, it finds these repositories'),
});

export const Facets = Type.Object({
  ...UNDERSTOOD,
  total: count('of all hits'),
  facets: Type.Object(
    {
      type: Type.Array(Facet),
      os: Type.Array(Facet),
      arch: Type.Array(Facet),
      namespace: Type.Array(Facet),
      label: Type.Array(Facet),
      pushed: Type.Array(Facet),
      mark: Type.Array(Facet),
    },
    { description: 'at most fifty of each, those first that most hits have' },
  ),
});
export type Facets = Static<typeof Facets>;

export const Suggestions = Type.Object({ suggestions: list(Type.String(), 'names, best first') });
export type Suggestions = Static<typeof Suggestions>;

export const Stats = Type.Object({
  repositories: count('that you may see'),
  tags: count('of these'),
  newest: Type.Optional(time('the newest push to any of these')),
  incomplete: Type.Boolean({ description: 'whether the first backfill runs: some is not indexed yet' }),
});
export type Stats = Static<typeof Stats>;

export const ErrorAnswer = Type.Object({
  errors: Type.Array(
    Type.Object({
      code: Type.String(),
      message: Type.String(),
      detail: Type.Optional(Type.Object({ position: count('characters of q before the mistake, in UTF-16') })),
    }),
  ),
});
