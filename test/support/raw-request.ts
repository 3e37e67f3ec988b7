import { connect } from 'node:net';

/** What came back over the raw connection. */
export interface RawReply {
  /** 0 when there was no answer. */
  readonly status: number;
  /** The `Location` header, or an empty string. */
  readonly location: string;
  /** The cookies that it sets, as a `Cookie` header sends them back. */
  readonly cookie: string;
}

/**
 * Sends a request as it is written, over a connection of its own: request targets and headers that no client would
 * send. The lines are joined by CRLF; the server is asked to close the connection.
 */
export function sendRaw(origin: string, lines: readonly string[]): Promise<RawReply> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    let text = '';
    const socket = connect(Number(port), hostname, () => {
      socket.write([...lines, 'Connection: close', '', ''].join('\r\n'));
    });
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    socket.on('error', reject).on('close', () => {
      const [head = ''] = text.split('\r\n\r\n');
      const [, status = '0'] = /^HTTP\/1\.1 (\d{3}) /.exec(head) ?? [];
      const [, location = ''] = /^location: (.*)$/im.exec(head) ?? [];
      const cookies = [...head.matchAll(/^set-cookie: ([^;\r]*)/gim)].map(([, pair = '']) => pair);
      resolve({ status: Number(status), location: location.trim(), cookie: cookies.join('; ') });
    });
  });
}
