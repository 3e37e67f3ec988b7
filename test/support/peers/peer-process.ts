import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { fieldsOf, type Fields } from './fields';

/** A client or server of another project in a separate Node process, since most of them are ES modules. */
export interface Peer {
  /** Calls one of the functions that the script answers with; rejects with what it throws. */
  readonly ask: (question: string, details?: Fields) => Promise<Fields>;
  readonly stop: () => Promise<void>;
}

const CHILDREN = join(__dirname, '../../peers/children');
/** Settings of this machine that would change what a client does, or where its requests go. */
const FOREIGN = /^(?:NODE_|npm_|JEST_)|_proxy$/i;

const running = new Set<Peer>();

afterAll(async () => {
  await Promise.all([...running].map((peer) => peer.stop()));
});

/** Starts a script of `test/peers/children`. It ends with the tests of the file, or with `stop`. */
export function startPeer(script: string, env: Readonly<Record<string, string>> = {}): Peer {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !FOREIGN.test(name)));
  const child = fork(join(CHILDREN, `${script}.mjs`), { env: { ...inherited, ...env }, execArgv: [], silent: true });
  const waiting = new Map<number, { resolve: (answer: Fields) => void; reject: (reason: Error) => void }>();
  const exited = once(child, 'exit');
  let errors = '';
  let asked = 0;
  child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout?.resume();
  child.on('message', (message) => {
    const { id, answer, failure } = fieldsOf(message);
    const waiter = waiting.get(Number(id));
    waiting.delete(Number(id));
    if (typeof failure === 'string') waiter?.reject(new Error(failure));
    else waiter?.resolve(fieldsOf(answer));
  });
  child.once('exit', () => {
    for (const waiter of waiting.values()) waiter.reject(new Error(`${script} has ended: ${errors}`));
  });

  const peer: Peer = {
    ask: (question, details = {}) =>
      new Promise((resolve, reject) => {
        asked += 1;
        waiting.set(asked, { resolve, reject });
        child.send({ id: asked, question, details }, (error) => {
          if (error !== null) reject(error);
        });
      }),
    stop: async () => {
      running.delete(peer);
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill();
      await exited;
    },
  };
  running.add(peer);
  return peer;
}
