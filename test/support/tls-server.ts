import { createServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A TLS server that counts what reaches it, as requests and as bytes in the clear. */
export interface TlsServer {
  readonly port: number;
  /** For `baseUrlTemplate`. */
  readonly template: string;
  /** Handshakes that were begun. */
  readonly connections: number;
  readonly requests: number;
  readonly close: () => Promise<void>;
}

/** Opens one on loopback; it answers every request with an empty JSON object. */
export async function openTlsServer(options: ServerOptions): Promise<TlsServer> {
  let connections = 0;
  let requests = 0;
  const server = createServer(options, (_req, res) => {
    requests += 1;
    res.setHeader('content-type', 'application/json');
    res.end('{}');
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    template: `https://127.0.0.1:${port}/{subdomain}/{service}`,
    get connections() {
      return connections;
    },
    get requests() {
      return requests;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
