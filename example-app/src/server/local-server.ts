import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { LocalHttps } from 'passport-marketing-cloud';
import { ConfigError } from '../config/variables';

/** A private key and its certificate, both as PEM, and how browsers come to trust it. */
export type Certificate = Pick<LocalHttps, 'key' | 'cert' | 'path' | 'howToTrust'>;

/** A server that listens on 127.0.0.1. */
export interface LocalServer {
  readonly port: number;
  readonly handleRequests: (handler: RequestListener) => void;
  readonly close: () => Promise<void>;
}

/**
 * Starts a server on 127.0.0.1: https with a certificate, else http.
 *
 * @throws ConfigError if the port is taken or not allowed
 */
export async function startLocalServer(port: number, certificate?: Certificate): Promise<LocalServer> {
  const server = certificate === undefined ? createHttpServer() : createHttpsServer(certificate);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(toConfigError(error, port)));
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    handleRequests: (handler) => void server.on('request', handler),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function toConfigError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new ConfigError(`Port ${port} is taken. Set PORT to another one, such as PORT=${port + 1}.`);
  }
  if (error.code === 'EACCES') {
    return new ConfigError(`Port ${port} is not allowed for this user. Set PORT to a number above 1023.`);
  }
  return error;
}
