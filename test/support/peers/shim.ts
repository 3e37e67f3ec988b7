import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';
import express, { type Request, type Response } from 'express';
import { fieldsOf, type Fields } from './fields';

/** The endpoints of an authorization server that speaks plain OAuth 2.0. */
export interface Upstream {
  readonly authorizeUrl: string;
  readonly tokenUrl: string;
  readonly userinfoUrl: string;
}

/** A token request as the strategy made it, and how the authorization server answered. */
export interface Exchange {
  readonly contentType: string | undefined;
  readonly body: Fields;
  readonly status: number;
  readonly answer: Fields;
}

/** A server between the strategy and another project's authorization server. */
export interface Shim {
  readonly baseUrlTemplate: string;
  readonly exchanges: readonly Exchange[];
  /** The `Authorization` headers of calls to the REST host, with the statuses of the answers. */
  readonly calls: readonly { readonly authorization: string | undefined; readonly status: number }[];
}

/** What only Marketing Cloud says of a user. */
export const ORGANIZATION = { member_id: 730_001_101, enterprise_id: 730_001_000, enterprise_name: 'Another Company' };

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(closers.splice(0).map((close) => close()));
});

/**
 * Starts a shim for what is Marketing Cloud's own, and for nothing else: JSON bodies become forms, answers get the two
 * instance URLs, flat claims become the nested userinfo, and there is a REST host, whose only resource `/whoami` is
 * open to a token that the authorization server accepts. It ends with the test.
 */
export async function startShim(upstream: Upstream): Promise<Shim> {
  const exchanges: Exchange[] = [];
  const calls: { authorization: string | undefined; status: number }[] = [];
  const app = express();
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(() => resolve()));
  });

  app.get('/:subdomain/auth/v2/authorize', (req, res) => {
    res.redirect(302, `${upstream.authorizeUrl}${new URL(req.url, origin).search}`);
  });

  app.post('/:subdomain/auth/v2/token', express.json(), async (req, res) => {
    const body = fieldsOf(req.body);
    const form = new URLSearchParams(
      Object.entries(body).map(([name, value]) => [name, String(value)] as [string, string]),
    );
    const { status, fields } = await call(upstream.tokenUrl, { method: 'POST', body: form });
    exchanges.push({ contentType: req.get('content-type'), body, status, answer: fields });
    res.status(status).json(status === 200 ? { ...fields, ...instanceUrls(origin, req) } : fields);
  });

  app.get('/:subdomain/auth/v2/userinfo', async (req, res) => {
    const { status, fields } = await userinfo(upstream, req);
    const nested = { user: fields, organization: ORGANIZATION, rest: instanceUrls(origin, req), permissions: [] };
    res.status(status).json(status === 200 ? nested : fields);
  });

  app.get('/:subdomain/rest/whoami', async (req: Request, res: Response) => {
    const { status, fields } = await userinfo(upstream, req);
    calls.push({ authorization: req.get('authorization'), status });
    res.status(status).json(fields);
  });

  return { baseUrlTemplate: `${origin}/{subdomain}/{service}`, exchanges, calls };
}

async function userinfo(upstream: Upstream, req: Request): Promise<{ status: number; fields: Fields }> {
  return call(upstream.userinfoUrl, { headers: { authorization: req.get('authorization') ?? '' } });
}

async function call(url: string, init: RequestInit): Promise<{ status: number; fields: Fields }> {
  const response = await fetch(url, init);
  return { status: response.status, fields: fieldsOf(await response.json()) };
}

function instanceUrls(origin: string, req: Request): Fields {
  const tenant = `${origin}/${String(req.params['subdomain'])}`;
  return { rest_instance_url: `${tenant}/rest/`, soap_instance_url: `${tenant}/soap/` };
}
