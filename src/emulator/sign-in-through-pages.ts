import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';

/** Where the emulator is, for a browser that cannot look up its host names. */
export interface Whereabouts {
  readonly origin: string;
  readonly port: number;
  readonly ca: string | undefined;
}

interface Page {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const MAX_STEPS = 8;

/**
 * Goes the way of a browser without a session, from the authorize URL over the login page to the app's callback, which
 * is given and not opened. Every call is an ordinary request and is recorded like one.
 */
export async function signInThroughPages(authorizeUrl: string, username: string, where: Whereabouts): Promise<string> {
  let url = authorizeUrl;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    if (!isOnEmulator(url, where)) return url;
    const page = await open(url, where);
    const next = page.headers.location ?? (await submit(url, page, username, where));
    url = new URL(next, url).href;
  }
  throw new Error('emulator.signIn: redirected too often');
}

function isOnEmulator(url: string, { origin }: Whereabouts): boolean {
  const { host, protocol } = new URL(url);
  const byName = /\.(?:auth\.marketingcloudapis|login\.exacttarget)\.com(?::\d+)?$/.test(host);
  return `${protocol}//${host}` === origin || (byName && origin.startsWith(protocol));
}

async function submit(url: string, page: Page, username: string, where: Whereabouts): Promise<string> {
  const title = /<title>([^<]*)<\/title>/.exec(page.body)?.[1] ?? page.body.slice(0, 80);
  const execution = /name="execution" value="([^"]*)"/.exec(page.body)?.[1];
  if (execution === undefined) throw new Error(`emulator.signIn: ended on a page (${page.status}): ${title}`);
  const cookie = (page.headers['set-cookie'] ?? []).map((each) => each.split(';')[0]).join('; ');
  const form = new URLSearchParams({ username, execution }).toString();
  const answer = await open(url, where, { form, cookie });
  if (answer.headers.location === undefined) throw new Error(`emulator.signIn: no user ${JSON.stringify(username)}`);
  return answer.headers.location;
}

async function open(
  url: string,
  { origin, port, ca }: Whereabouts,
  post?: { readonly form: string; readonly cookie: string },
): Promise<Page> {
  const { pathname, search, host } = new URL(url);
  const request = origin.startsWith('https:') ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      ca,
      agent: false,
      path: `${pathname}${search}`,
      method: post === undefined ? 'GET' : 'POST',
      headers: {
        host,
        ...(post === undefined ? {} : { cookie: post.cookie, 'content-type': 'application/x-www-form-urlencoded' }),
      },
    });
    outgoing.once('error', reject);
    outgoing.once('response', (response) => {
      text(response).then((body) => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      }, reject);
    });
    outgoing.end(post?.form);
  });
}
