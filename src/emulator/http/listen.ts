import { createServer as createHttpServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { Socket } from 'node:net';

/** The key and the certificate of a TLS server, in PEM. */
export interface ServerIdentity {
  readonly key: string;
  readonly cert: string;
}

/** A server that listens on 127.0.0.1. */
export interface Listening {
  readonly port: number;
  /** Sets the request handler. Call it in the same tick in which `listen` resolves, before a request can arrive. */
  readonly serve: (handle: RequestListener) => void;
  /** Resets the connection of a response, also under TLS: the client sees `ECONNRESET`. */
  readonly reset: (res: ServerResponse) => void;
  /** Closes every connection, idle or busy, and resolves when the port is free. */
  readonly close: () => Promise<void>;
}

/** Longer than a test lets a process stand still, which could otherwise send a call as the emulator closes its connection. */
const KEEP_ALIVE_MS = 60_000;

/**
 * Connections that may wait to be accepted. Four processes of the package open more than Node's default of 511 in a burst;
 * those beyond it time out or are reset while the emulator's process is busy.
 */
const MAX_WAITING_CONNECTIONS = 4_096;

/** Opens the port. Rejects with the system's error when it is in use. */
export async function listen(port: number, identity: ServerIdentity | undefined): Promise<Listening> {
  const server = identity === undefined ? createHttpServer() : createHttpsServer(identity);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const sockets = new Map<number | undefined, Socket>();
  server.on('connection', (socket: Socket) => {
    const { remotePort } = socket;
    sockets.set(remotePort, socket);
    socket.once('close', () => sockets.delete(remotePort));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', MAX_WAITING_CONNECTIONS, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the emulator has no port');
  return {
    port: address.port,
    serve: (handle) => {
      server.on('request', handle);
    },
    reset: (res) => {
      // Under TLS the response's own socket cannot be reset, but the TCP socket below it can.
      const socket = sockets.get(res.socket?.remotePort);
      if (socket !== undefined) resetNow(socket);
    },
    close: () =>
      new Promise((resolve, reject) => {
        server.close((error) => {
          if (error === undefined) resolve();
          else reject(error);
        });
        server.closeAllConnections();
        for (const socket of sockets.values()) socket.destroy();
      }),
  };
}

/** Sends RST without the FIN that `resetAndDestroy` sends first, which would look like an orderly end. */
function resetNow(socket: Socket): void {
  Object.assign(socket, { destroySoon: () => socket.destroy() });
  socket.resetAndDestroy();
}
