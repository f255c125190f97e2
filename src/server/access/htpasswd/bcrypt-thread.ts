import { parentPort } from 'node:worker_threads';
import bcrypt from 'bcryptjs';

/** What the thread is asked. */
export interface BcryptQuestion {
  readonly id: number;
  readonly password: string;
  readonly hash: string;
}

export interface BcryptReply {
  readonly id: number;
  readonly fits: boolean;
}

parentPort?.on('message', ({ id, password, hash }: BcryptQuestion) => {
  const reply: BcryptReply = { id, fits: bcrypt.compareSync(password, hash) };
  parentPort?.postMessage(reply);
});
