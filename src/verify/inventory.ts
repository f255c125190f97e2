/** One repository as one place has it. */
export interface RepositoryTags {
  readonly name: string;
  /** By tag: the digest that it points to. Empty where the place has no such repository. */
  readonly tags: ReadonlyMap<string, string>;
  /** Tags that the place lists and cannot say the digest of; they are not compared. */
  readonly unresolved: ReadonlySet<string>;
}

/** All repositories and tags of one place: the index, a registry or a bucket. */
export interface Inventory {
  /** Every repository, in any order; one may be without tags. */
  all(signal: AbortSignal): AsyncIterable<RepositoryTags>;
  /** One of them as it is now. */
  read(name: string, signal: AbortSignal): Promise<RepositoryTags>;
}
