import { connect } from 'node:net';
import { afterEach } from '@jest/globals';
import type { Emulator, EmulatorOptions, Service } from '../../../src/emulator/index';

export const CALLBACK = 'http://127.0.0.1:3000/auth/callback';

const running: Emulator[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
});

/** Starts an emulator that is closed after the test. It is loaded here, so that a test can mock its dependencies first. */
export async function emulate(options?: EmulatorOptions): Promise<Emulator> {
  const { startEmulator } = await import('../../../src/emulator/index');
  const emulator = await startEmulator(options);
  running.push(emulator);
  return emulator;
}

/** An answer, with what the tests read. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as unchecked JSON. */
  readonly json: () => unknown;
  /** The body as a JSON object. */
  readonly fields: () => Readonly<Record<string, unknown>>;
}

/** Sends a request, without following redirects. */
export async function send(url: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(url, { redirect: 'manual', ...init });
  const text = await response.text();
  const json = (): unknown => JSON.parse(text);
  return { status: response.status, headers: response.headers, text, json, fields: () => fieldsOf(json()) };
}

/** Returns the members of an object; an empty object for any other value. */
export function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Creates the authorize URL of the web app, with parameters added, changed or (`undefined`) removed. */
export function authorizeUrl(
  emulator: Emulator,
  parameters: Record<string, string | undefined> = {},
  app?: string,
): string {
  const { clientID, subdomain } = emulator.strategyOptions({ app });
  const all: Record<string, string | undefined> = {
    response_type: 'code',
    client_id: clientID,
    redirect_uri: CALLBACK,
    state: 'state-1',
    ...parameters,
  };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(all)) if (value !== undefined) query.set(name, value);
  return `${emulator.baseUrl('auth', subdomain)}/v2/authorize?${query.toString()}`;
}

/** The options of a sign-in. */
export interface SignIn {
  readonly user?: string;
  readonly scope?: string;
  readonly app?: string;
  /** Further fields of the token request; `undefined` removes one. */
  readonly fields?: Record<string, unknown>;
}

/** Signs in and returns the code of the callback. */
export async function codeFor(emulator: Emulator, { user, scope, app }: SignIn = {}): Promise<string> {
  const callback = await emulator.signIn(authorizeUrl(emulator, { scope }, app), user);
  return new URL(callback).searchParams.get('code') ?? '';
}

/** Calls the token endpoint as the web app (or another), with JSON. */
export async function token(
  emulator: Emulator,
  fields: Record<string, unknown>,
  { app, subdomain }: { app?: string | undefined; subdomain?: string } = {},
): Promise<Answer> {
  const client = emulator.strategyOptions({ app });
  const body = { client_id: client.clientID, client_secret: client.clientSecret, ...fields };
  return send(`${emulator.baseUrl('auth', subdomain ?? client.subdomain)}/v2/token`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** Signs in and returns the token answer. */
export async function exchange(emulator: Emulator, signIn: SignIn = {}): Promise<Answer> {
  const code = await codeFor(emulator, signIn);
  const fields = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK, ...signIn.fields };
  return token(emulator, fields, { app: signIn.app });
}

/** Signs in and returns the tokens. */
export async function tokensOf(
  emulator: Emulator,
  signIn: SignIn = {},
): Promise<{ accessToken: string; refreshToken: string; scope: string }> {
  const fields = (await exchange(emulator, signIn)).fields();
  return {
    accessToken: textOf(fields['access_token']),
    refreshToken: textOf(fields['refresh_token']),
    scope: textOf(fields['scope']),
  };
}

/** Refreshes as the web app. */
export async function refresh(
  emulator: Emulator,
  refreshToken: string,
  fields: Record<string, unknown> = {},
): Promise<Answer> {
  return token(emulator, { grant_type: 'refresh_token', refresh_token: refreshToken, ...fields });
}

/** Calls a service with an access token. */
export async function call(
  emulator: Emulator,
  service: Service,
  path: string,
  accessToken?: string,
  subdomain?: string,
): Promise<Answer> {
  const headers: Record<string, string> = accessToken === undefined ? {} : { authorization: `Bearer ${accessToken}` };
  return send(`${emulator.baseUrl(service, subdomain)}${path}`, { headers });
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** What a plain connection has received. */
export interface Seen {
  readonly text: string;
  /** `'end'` for an orderly end, else the code of the error. */
  readonly ending: string;
}

/** Sends a GET over a plain socket; `until` can stop reading by what has been received so far. */
export async function overSocket(
  emulator: Emulator,
  path: string,
  until: (text: string, chunks: number) => boolean = () => false,
): Promise<Seen> {
  return new Promise((resolve) => {
    const socket = connect(emulator.port, '127.0.0.1');
    let text = '';
    let chunks = 0;
    const end = (ending: string) => {
      socket.destroy();
      resolve({ text, ending });
    };
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      chunks += 1;
      if (until(text, chunks)) end('stopped');
    });
    socket.once('end', () => end('end'));
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'error'));
    socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
  });
}
