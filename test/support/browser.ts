import { request, type IncomingHttpHeaders } from 'node:http';

/** What came back: never followed, never decoded. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The `Location` header, or an empty string. */
  readonly location: string;
}

/** What to send besides the target. */
export interface Sending {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Gives up waiting. */
  readonly signal?: AbortSignal;
}

/**
 * A browser as far as a server can tell: it keeps cookies and sends any request target as it is given, also one that a
 * URL parser would mend.
 */
export class Browser {
  readonly cookies = new Map<string, string>();
  /** Every reply so far, for what must be in none of them. */
  readonly replies: Reply[] = [];

  constructor(readonly origin: string) {}

  /** The `Cookie` header that it sends. */
  get cookie(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  get(target: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.send(target, { headers });
  }

  send(target: string, { method = 'GET', headers = {}, body, signal }: Sending = {}): Promise<Reply> {
    const { hostname, port } = new URL(this.origin);
    const { cookie } = this;
    const replied = new Promise<Reply>((resolve, reject) => {
      const sent = request(
        {
          hostname,
          port,
          path: target,
          method,
          headers: { ...(cookie !== '' && { cookie }), ...headers },
          agent: false,
          ...(signal && { signal }),
        },
        (incoming) => {
          let text = '';
          incoming.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
          incoming.on('error', reject).on('end', () => {
            const { statusCode = 0, headers: received } = incoming;
            this.#keep(received['set-cookie'] ?? []);
            const reply = { status: statusCode, headers: received, text, location: received.location ?? '' };
            this.replies.push(reply);
            resolve(reply);
          });
        },
      );
      sent.on('error', reject).end(body);
    });
    // A test that has failed before it came to await this one must not take the others with it.
    replied.catch(() => undefined);
    return replied;
  }

  #keep(setCookies: readonly string[]): void {
    for (const setCookie of setCookies) {
      const [pair = '', ...attributes] = setCookie.split(';').map((part) => part.trim());
      const [name = '', value = ''] = pair.split(/=(.*)/s);
      const expires = attributes.find((attribute) => /^expires=/i.test(attribute))?.slice('expires='.length);
      const isOver = attributes.some((attribute) => /^max-age=0$/i.test(attribute));
      if (isOver || (expires !== undefined && Date.parse(expires) <= Date.now())) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }
}
