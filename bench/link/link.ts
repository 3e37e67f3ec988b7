import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { childConfig, serveOrders } from '../harness/child-process';

/** What a link is started with. */
export interface LinkConfig {
  readonly targetPort: number;
  /** How long a packet takes in each direction, in milliseconds. */
  readonly delayMs: number;
}

/** Orders of a link's process. */
export interface LinkOrders {
  port(): number;
  /** Closes every connection, so that the next call opens one. */
  dropConnections(): void;
}

const { targetPort, delayMs } = childConfig() as LinkConfig;
const sockets = new Set<Socket>();

/**
 * Passes bytes on after a delay. A local connection is open at once, so that the round trip of TCP's handshake is added
 * here: what the client sends within it leaves when it is over.
 */
function join(client: Socket): void {
  const openAt = performance.now() + 2 * delayMs;
  const target = connect({ port: targetPort, host: '127.0.0.1', noDelay: true });
  client.setNoDelay(true);
  forward(client, target, () => Math.max(0, openAt - performance.now()) + delayMs);
  forward(target, client, () => delayMs);
}

function forward(from: Socket, to: Socket, toDelay: () => number): void {
  sockets.add(from);
  from.on('data', (chunk) => setTimeout(() => to.write(chunk), toDelay()));
  from.on('error', () => undefined);
  from.once('close', () => {
    sockets.delete(from);
    setTimeout(() => to.destroy(), toDelay());
  });
}

const server = createServer(join);
server.listen(0, '127.0.0.1', () => {
  serveOrders<LinkOrders>({
    port: () => (server.address() as AddressInfo).port,
    dropConnections: () => {
      for (const socket of sockets) socket.destroy();
    },
  });
});
