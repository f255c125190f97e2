export interface Origin {
  readonly repository: string;
  readonly commit: string;
  /** Who built it: the workflow with its ref, or this machine. */
  readonly builder: string;
  readonly startedAt: string;
  readonly finishedAt: string;
}

/**
 * What an image was built from, by whom and when: a predicate of SLSA provenance 1.0
 * (https://slsa.dev/spec/v1.0/provenance).
 */
export function provenanceOf({ repository, commit, builder, startedAt, finishedAt }: Origin): object {
  return {
    buildDefinition: {
      buildType: `${repository}/blob/main/scripts/release.ts`,
      externalParameters: { repository, dockerfile: 'Dockerfile' },
      resolvedDependencies: [{ uri: `git+${repository}`, digest: { gitCommit: commit } }],
    },
    runDetails: { builder: { id: builder }, metadata: { startedOn: startedAt, finishedOn: finishedAt } },
  };
}
