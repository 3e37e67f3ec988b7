import { Agent, request, type IncomingHttpHeaders } from 'node:http';
import type { AppAddress } from '../apps/app';

/** What an app answered, and after how many milliseconds. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly ms: number;
}

let codes = 0;

/** One user's browser: one connection that is kept, and its cookies. */
export class Browser {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #cookies = new Map<string, string>();

  constructor(readonly address: AppAddress) {}

  /** The `Cookie` header. */
  get cookie(): string {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  /** One GET; takes the cookies of the answer. */
  get(path: string): Promise<Reply> {
    const startedAt = performance.now();
    return new Promise((resolve, reject) => {
      const req = request(
        `${this.address.origin}${path}`,
        { agent: this.#agent, headers: { cookie: this.cookie } },
        (res) => {
          let text = '';
          res.setEncoding('utf8');
          res.on('data', (chunk: string) => (text += chunk));
          res.on('error', reject);
          res.on('end', () => {
            this.#takeCookies(res.headers['set-cookie'] ?? []);
            resolve({ status: res.statusCode ?? 0, headers: res.headers, text, ms: performance.now() - startedAt });
          });
        },
      );
      req.on('error', reject);
      req.end();
    });
  }

  /** Goes to the login route, and gives the callback's path as Marketing Cloud would redirect to it. */
  async openLogin(): Promise<string> {
    const { loginPath, callbackPath } = this.address;
    const reply = await this.get(loginPath);
    const location = reply.status === 302 ? new URL(reply.headers.location ?? '', this.address.origin) : undefined;
    const state = location?.searchParams.get('state');
    if (location?.searchParams.get('code_challenge_method') !== 'S256' || typeof state !== 'string') {
      throw new Error(`${loginPath} did not begin a sign-in with state and PKCE: ${reply.status} ${reply.text}`);
    }
    codes += 1;
    return `${callbackPath}?code=code-${codes}&state=${encodeURIComponent(state)}`;
  }

  /**
   * A whole sign-in as another user: without the cookies of the last.
   *
   * @returns the callback's reply
   * @throws Error when the app does not sign the user in
   */
  async signIn(): Promise<Reply> {
    this.#cookies.clear();
    const reply = await this.get(await this.openLogin());
    if (reply.status !== 302 || reply.headers.location !== '/') {
      throw new Error(`The callback did not sign in: ${reply.status} ${reply.headers.location ?? ''} ${reply.text}`);
    }
    return reply;
  }

  /** @throws Error when the guarded route does not let the request through */
  async getGuarded(): Promise<Reply> {
    const reply = await this.get('/guarded');
    if (reply.status !== 200) throw new Error(`/guarded answered ${reply.status}: ${reply.text}`);
    return reply;
  }

  close(): void {
    this.#agent.destroy();
  }

  #takeCookies(headers: readonly string[]): void {
    for (const header of headers) {
      const [pair = ''] = header.split(';');
      const equals = pair.indexOf('=');
      this.#cookies.set(pair.slice(0, equals), pair.slice(equals + 1));
    }
  }
}
