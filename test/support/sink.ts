import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** A host that must get no connection. It counts those it gets. */
export interface Sink {
  readonly port: number;
  readonly url: string;
  readonly connections: number;
  readonly close: () => Promise<void>;
}

/** Opens a sink on loopback. */
export async function openSink(): Promise<Sink> {
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    get connections() {
      return connections;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
