import { type ConditionType, isFalse, type Statement } from '../../api/conditions.ts';

interface Child {
  readonly kind: 'Job' | 'Deployment';
  readonly name: string;
  /** What the child itself says. */
  readonly says?: string | undefined;
}

/** Pods that cannot be made or started look like progress for ever; what hinders them is told where this points. */
export function waitingForPods(type: ConditionType, { kind, name, says }: Child): Statement {
  const way = `see kubectl describe ${kind.toLowerCase()} ${name}, and its pods`;
  return isFalse(type, 'WaitingForPods', `no pod of ${kind} ${name} is ready${says ? ` (${says})` : ''}; ${way}`);
}
