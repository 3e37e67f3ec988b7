import { createServer, type Server } from 'node:https';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeCertificates } from '../certificates';

/** Made once for all sites of a test file: the browser is told not to ask for the name. */
const { good } = makeCertificates();

/** A site over TLS on loopback; which names it answers to is the browser's affair. */
export interface TlsSite {
  readonly port: number;
  readonly close: () => Promise<void>;
}

export async function openTlsSite(handle: RequestListener): Promise<TlsSite> {
  const server: Server = createServer(good, handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
