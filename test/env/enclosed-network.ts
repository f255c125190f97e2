import { runCommand } from './command.ts';
import { openNamespace } from './namespace.ts';
import { addOutsideAddress, createNodeNetwork } from './node-network.ts';
import { tempDirectory } from './temp-directory.ts';

/** A network of its own that reaches one address of this machine and nothing else. */
export interface EnclosedNetwork {
  /** Reached from inside: where a proxy belongs. */
  readonly gatewayAddress: string;
  /** Of this machine too, but not reached from inside. */
  readonly outsideAddress: string;
  /** Where what runs inside is reached by this machine. */
  readonly insideAddress: string;
  /** The command line that runs another one inside. */
  readonly launcher: readonly string[];
  stop(): Promise<void>;
}

/** Needs root. */
export async function openEnclosedNetwork(): Promise<EnclosedNetwork> {
  const { path, remove } = await tempDirectory('enclosed');
  const namespace = await openNamespace(path);
  const pair = await createNodeNetwork();
  const inside = (...args: string[]) => runCommand('nsenter', [`--net=${namespace.network}`, 'ip', ...args]);
  const outsideAddress = await addOutsideAddress(pair);
  await runCommand('ip', ['link', 'set', pair.nodeInterface, 'netns', namespace.network]);
  await inside('address', 'add', `${pair.nodeAddress}/30`, 'dev', pair.nodeInterface);
  await inside('link', 'set', pair.nodeInterface, 'up');
  return {
    gatewayAddress: pair.hostAddress,
    outsideAddress,
    insideAddress: pair.nodeAddress,
    launcher: ['nsenter', `--net=${namespace.network}`],
    async stop() {
      await namespace.stop();
      await pair.remove();
      await remove();
    },
  };
}
