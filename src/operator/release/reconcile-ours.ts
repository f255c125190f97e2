import { mergeConditions, trueCondition } from '../../api/conditions.ts';
import type { RegistryIndex } from '../../api/registry-index.ts';
import { after, type Outcome } from '../../kube/outcome.ts';
import { isObjectName, type ObjectKey, parseKey } from '../../kube/resource.ts';
import type { OperatorDeps } from '../context.ts';
import { reconcile } from '../reconcile.ts';
import { claimStatus } from '../status/status.ts';
import type { OtherReleases } from './other-releases.ts';

export interface ReleaseDeps {
  /** This release, as `namespace/name of its Lease`. */
  readonly release: string;
  readonly otherReleases: OtherReleases;
}

/** How often a resource of another release is looked at. */
const LEFT_MS = 60_000;
/** The cache shows the claim within this time. */
const CLAIMED_MS = 50;

/**
 * Reconciles a resource of this release. Two releases that see the same resource would undo each other's work for ever,
 * so each resource has one, which its status names; another takes it over when that one is gone.
 */
export async function reconcileOurs(
  deps: OperatorDeps & ReleaseDeps,
  index: RegistryIndex,
  signal: AbortSignal,
): Promise<Outcome> {
  const { release, otherReleases, log } = deps;
  const { namespace, name, uid } = index.metadata;
  const state = deps.state.of(uid);
  const step = decideRelease(index.status?.release, release);
  if (step.do === 'reconcile') return reconcile(deps, index, signal);
  if (step.do === 'ask' && (await otherReleases.isThere(step.lease, signal))) {
    const of = index.status?.release;
    if (state.leftTo !== of) log.info({ namespace, name, release: of }, 'Belongs to another release and is left to it');
    state.leftTo = of;
    return after(LEFT_MS);
  }
  await claim(deps, index, signal);
  return after(CLAIMED_MS);
}

/** Fails with `Conflict` if the resource has changed since it was read, such as by the claim of another release. */
async function claim(
  { client, release, now }: OperatorDeps & ReleaseDeps,
  index: RegistryIndex,
  signal: AbortSignal,
): Promise<void> {
  const { status = {}, metadata } = index;
  const claimed = trueCondition('Claimed', 'ByRelease', `release ${release} looks after it`);
  const { generation } = metadata;
  const conditions = mergeConditions(status.conditions ?? [], [claimed], { generation, now: now() });
  await claimStatus({ client }, { index, status: { ...status, release, conditions } }, signal);
}

/** What a release may do with a resource. */
type ReleaseStep =
  | { readonly do: 'reconcile' }
  /** Nobody's, or of a release that is gone: it is claimed before anything else is done about it. */
  | { readonly do: 'claim' }
  /** Another release's, which is there as long as its Lease is renewed. */
  | { readonly do: 'ask'; readonly lease: ObjectKey };

/** `claimed` is the release that the status names, as `namespace/name of its Lease`. */
function decideRelease(claimed: string | undefined, own: string): ReleaseStep {
  if (claimed === own) return { do: 'reconcile' };
  const lease = claimed === undefined ? undefined : leaseOf(claimed);
  return lease ? { do: 'ask', lease } : { do: 'claim' };
}

/** Undefined if no release can have such a name: anybody may write the status. */
function leaseOf(release: string): ObjectKey | undefined {
  if (!release.includes('/')) return undefined;
  const lease = parseKey(release);
  return isObjectName(lease.namespace) && isObjectName(lease.name) ? lease : undefined;
}
