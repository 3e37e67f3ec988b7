import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';

/** The address of the emulator; its host names are not in DNS. */
export interface EmulatorAddress {
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
 * Signs a user in as a browser without a session: from the authorize URL through the login page to the URL of the app's
 * callback, which is returned and not opened. The emulator records every call as an ordinary request.
 */
export async function signInThroughPages(
  authorizeUrl: string,
  username: string,
  address: EmulatorAddress,
): Promise<string> {
  let url = authorizeUrl;
  for (let step = 0; step < MAX_STEPS; step += 1) {
    if (!isOnEmulator(url, address)) return url;
    const page = await openPage(url, address);
    const next = page.headers.location ?? (await submitLoginPage(url, page, username, address));
    url = new URL(next, url).href;
  }
  throw new Error('emulator.signIn: too many redirects');
}

function isOnEmulator(url: string, { origin }: EmulatorAddress): boolean {
  const { host, protocol } = new URL(url);
  const byName = /\.(?:auth\.marketingcloudapis|login\.exacttarget)\.com(?::\d+)?$/.test(host);
  return `${protocol}//${host}` === origin || (byName && origin.startsWith(protocol));
}

async function submitLoginPage(url: string, page: Page, username: string, address: EmulatorAddress): Promise<string> {
  const title = /<title>([^<]*)<\/title>/.exec(page.body)?.[1] ?? page.body.slice(0, 80);
  const execution = /name="execution" value="([^"]*)"/.exec(page.body)?.[1];
  if (execution === undefined)
    throw new Error(`emulator.signIn: the sign-in ended on an error page (${page.status}): ${title}`);
  const cookie = (page.headers['set-cookie'] ?? []).map((each) => each.split(';')[0]).join('; ');
  const form = new URLSearchParams({ username, execution }).toString();
  const answer = await openPage(url, address, { form, cookie });
  if (answer.headers.location === undefined)
    throw new Error(`emulator.signIn: unknown user ${JSON.stringify(username)}`);
  return answer.headers.location;
}

async function openPage(
  url: string,
  { origin, port, ca }: EmulatorAddress,
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
