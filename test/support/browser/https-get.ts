import { request, type RequestOptions } from 'node:https';
import type { IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:tls';

/** An answer over TLS, not followed. */
export interface TlsReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** The certificate that a server on this machine shows, in PEM, of any issuer. */
export function certificateOf(url: string): Promise<string> {
  const { hostname: host, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port: Number(port), rejectUnauthorized: false }, () => {
      const { raw } = socket.getPeerCertificate();
      socket.destroy();
      resolve(`-----BEGIN CERTIFICATE-----\n${raw.toString('base64')}\n-----END CERTIFICATE-----\n`);
    });
    socket.once('error', reject);
  });
}

/** Opens an address as a client does that trusts this one certificate, and checks the name in it. */
export function httpsGet(url: string, ca: string, options: RequestOptions = {}): Promise<TlsReply> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { ca, agent: false, ...options }, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text }));
    });
    sent.once('error', reject).end();
  });
}
