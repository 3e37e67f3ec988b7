import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { DeadlineError } from '../../../http/call-error';
import { withTimeout } from '../../../with-timeout';
import { PROBE_TIMEOUT_MS } from './probe-timeout';

/**
 * Looks a host name up as the app's calls do, with the hosts file.
 *
 * @returns the addresses
 * @throws the error of `node:dns`; `DeadlineError`
 */
export function lookUp(hostname: string): Promise<readonly string[]> {
  return withTimeout(
    PROBE_TIMEOUT_MS,
    async () => (await lookup(hostname, { all: true })).map(({ address }) => address),
    () => {
      throw new DeadlineError();
    },
  );
}

/**
 * Makes a TLS handshake and checks the certificate, as Node's clients do.
 *
 * @returns the version of the protocol, such as `TLSv1.3`
 * @throws the error of the handshake; `DeadlineError`
 */
export async function shakeHands(url: URL): Promise<string> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const socket = connect({
    host,
    port: Number(url.port || 443),
    // TLS allows no IP address as a server name.
    ...(isIP(host) === 0 && { servername: host }),
  });
  try {
    return await withTimeout(
      PROBE_TIMEOUT_MS,
      () =>
        new Promise<string>((resolve, reject) => {
          socket.once('secureConnect', () => resolve(socket.getProtocol() ?? 'TLS'));
          socket.on('error', reject);
        }),
      () => {
        throw new DeadlineError();
      },
    );
  } finally {
    socket.destroy();
  }
}
