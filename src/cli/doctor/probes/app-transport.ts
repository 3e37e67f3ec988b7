import { rootCertificates } from 'node:tls';
import { Transport } from '../../../http/transport';
import { readKeptCertificate } from '../../../local-https/kept-certificate';
import { getUserDirectory } from '../../../local-https/user-directory';
import { isLoopback } from '../../../tenant';
import { PROBE_TIMEOUT_MS } from './probe-timeout';

/** A transport with all that has to be closed after it. */
export interface OwnedTransport {
  readonly transport: Transport;
  readonly close: () => Promise<void>;
}

/**
 * Creates a transport to the app. On this machine it also trusts the certificate of `localHttps()`, which the app may show:
 * that browsers do not trust it yet is no reason to leave the app's routes unchecked.
 */
export async function createAppTransport(url: URL): Promise<OwnedTransport> {
  const kept = isLoopback(url) ? await readKeptCertificate(getUserDirectory()) : undefined;
  if (kept === undefined) {
    const transport = new Transport({ timeoutMs: PROBE_TIMEOUT_MS });
    return { transport, close: () => transport.close() };
  }
  const { Agent } = await import('undici');
  const dispatcher = new Agent({ connect: { timeout: PROBE_TIMEOUT_MS, ca: [...rootCertificates, kept.cert] } });
  return {
    transport: new Transport({ dispatcher, timeoutMs: PROBE_TIMEOUT_MS }),
    close: () => dispatcher.close(),
  };
}
