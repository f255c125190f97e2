import { runCommand } from './command.ts';
import { keep } from './keeper.ts';

export interface ControlGroups {
  remove(): Promise<void>;
}

/**
 * Sees to the control groups of containerd's containers: unlike all else of a node they do not go with its namespaces.
 * `taskDirectory` has an entry for each container. A group can be removed once its last process is gone, hence the
 * patience.
 */
export function watchControlGroups(taskDirectory: string): ControlGroups {
  const script = `
    cd ${taskDirectory} 2>/dev/null || exit 0
    groups() { for id in *; do find /sys/fs/cgroup -depth -type d -path "*/k8s.io/$id*" "$@"; done; }
    for attempt in $(seq 600); do
      groups -delete 2>/dev/null
      test -z "$(groups)" && break
      sleep 0.1
    done
    find /sys/fs/cgroup -depth -type d -name k8s.io -exec rmdir {} + 2>/dev/null
    test -z "$(groups)"`;
  const release = keep({ kind: 'command', argv: ['sh', '-c', script] });
  const remove = async () => {
    await runCommand('sh', ['-c', script]);
    release();
  };
  return { remove };
}
