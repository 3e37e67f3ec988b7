import { Worker } from 'node:worker_threads';

/** An HTTP server on a thread of its own: it goes on answering while this thread stands still. */
export interface AnsweringThread {
  readonly origin: string;
  /** Resolves when the next request has arrived there. */
  readonly requested: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const SERVER = `
const { parentPort, workerData } = require('node:worker_threads');
const server = require('node:http').createServer((req, res) => {
  parentPort.postMessage('requested');
  setTimeout(() => {
    res.writeHead(200, { 'content-type': 'application/json' });
    res.end(workerData.body);
  }, workerData.delayMs);
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

/** Starts a server that answers everything with `body`, `delayMs` after it has got the request. */
export async function startAnsweringThread(body: string, delayMs: number): Promise<AnsweringThread> {
  const worker = new Worker(SERVER, { eval: true, workerData: { body, delayMs } });
  const next = (): Promise<unknown> => new Promise((resolve) => void worker.once('message', resolve));
  const port = await next();
  return {
    origin: `http://127.0.0.1:${String(port)}`,
    requested: async () => {
      await next();
    },
    close: async () => {
      await worker.terminate();
    },
  };
}

/** Blocks this thread's event loop. */
export function standStill(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}
