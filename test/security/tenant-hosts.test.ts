import { createServer, type AddressInfo } from 'node:net';
import { expect } from '@jest/globals';
import type { SessionData } from 'express-session';
import { hasCode } from '../../src/errors';
import { createIdentity } from '../../src/emulator/tls/identity';
import {
  attack,
  comeBack,
  expectNoSecret,
  expectRejected,
  expectUpstream,
  openLogin,
  signIn,
  whoIs,
  type Scene,
} from '../support/attack';
import { makeCertificates } from '../support/certificates';
import { leadTo, watchNetwork } from '../support/network';
import { RecordingStore } from '../support/stores';
import { atRealHosts, freshQuery, tenantsOf, tokenCalls } from '../support/tenants';
import { openTlsServer } from '../support/tls-server';
import { outcomeOf } from '../support/token-answers';

/** A record of the package in a session store that others can write to. */
interface StoredRecord {
  readonly id: string;
  /** What it says. */
  readonly said: Readonly<Record<string, unknown>>;
  /** Has it say something else. */
  readonly say: (said: object) => void;
}

/** The only record of a kind. */
async function recordIn(store: RecordingStore, kind: 'grant' | 'sign-in'): Promise<StoredRecord> {
  const found = Object.entries(await store.records()).flatMap(([key, session]) => {
    const { marketingCloudVault: record } = session as SessionData & { marketingCloudVault?: Kept };
    return record?.kind === kind ? [{ key, session, record }] : [];
  });
  expect(found).toHaveLength(1);
  const [{ key, session, record }] = found as [(typeof found)[number]];
  return {
    id: key.replace('mcg_', ''),
    said: JSON.parse(record.data) as Record<string, unknown>,
    say: (said) => {
      store.set(key, { ...session, marketingCloudVault: { ...record, data: JSON.stringify(said) } } as SessionData);
    },
  };
}

interface Kept {
  readonly kind: string;
  readonly data: string;
}

/** A grant's life that is over. */
const EXPIRED = { issuedAt: Date.now() - 1_079_000, expiresAt: Date.now() - 1 };

/** What may stand in the place of a tenant in a record. */
const NO_TENANTS: readonly unknown[] = [
  ...['evil.com', 'evil.com/', 'evil.com/#', 'evil.com#', 'evil.com?', 'evil.com\\', 'a@evil.com', 'a:b@evil.com/'],
  ...['evil.com:443/', '127.0.0.1', '127.0.0.1/', '[::1]', '169.254.169.254/', 'mcx.evil', 'mcx.', 'mcx%2e', 'MCX'],
  ...['', ' ', 'mcx\r\nHost: evil.com', 'mcx\0', 'm\u{441}x', 'mc-', 'a'.repeat(64), '{service}', "$'", '__proto__'],
  ...[undefined, null, 7, true, ['mcx'], { toString: 'mcx' }],
];

/** What the tenant of a stored record may have been changed to. */
function changesOf(own: string, others: readonly string[]): unknown[] {
  return [...NO_TENANTS, own.toUpperCase(), `${own}/`, ...others];
}

/** Signs in, then changes the tenant of the stored grant in every way, for an app that serves one tenant or all. */
async function changeStoredGrants(scene: Scene, multiTenant: boolean): Promise<void> {
  const { emulator } = scene;
  const { own, other } = tenantsOf(emulator);
  const store = new RecordingStore();
  const { app, asked, dispatcher } = await atRealHosts(scene, { session: { store }, strategy: { multiTenant } });
  try {
    const visitor = app.browser();
    await signIn(emulator, visitor);
    expect((await visitor.get('/api')).status).toBe(200);
    const { id, said, say } = await recordIn(store, 'grant');
    expect(said['subdomain']).toBe(own);
    asked.length = 0;
    emulator.requests.clear();

    const changed = changesOf(own, multiTenant ? [] : [other, 'mcx']);
    for (const [index, subdomain] of changed.entries()) {
      say({ ...said, ...(index % 2 === 0 && EXPIRED), subdomain });
      const network = watchNetwork();
      const { status, text } = await visitor.get('/api');
      expect([subdomain, status, text]).toEqual([subdomain, 401, expect.stringContaining('sign_in_required')]);
      const grant = app.strategy.grant(id);
      const uses = await Promise.allSettled([
        grant.credentials(),
        grant.userinfo(),
        grant.rest.get('/platform/v1/tokenContext'),
        grant.fetch('/platform/v1/tokenContext'),
      ]);
      network.stop();
      expect(uses.map((use) => use.status === 'rejected' && hasCode(use.reason, 'sign_in_required'))).toEqual(
        uses.map(() => true),
      );
      expect([network.connections, network.lookups]).toEqual([1, 0]);
    }
    expect([asked, emulator.requests.length, app.errors]).toEqual([[], 0, []]);

    say(said);
    expect((await visitor.get('/api')).status).toBe(200);
  } finally {
    await dispatcher.destroy();
  }
}

for (const [row, whose, multiTenant] of [
  ['F10', 'of an app that serves one tenant', false],
  ['F10b', 'of an app that serves every tenant', true],
] as const) {
  attack(
    row,
    `a stored grant ${whose} is refused when its tenant has been changed, without a connection`,
    (scene) => changeStoredGrants(scene, multiTenant),
    { emulator: { https: true } },
  );
}

attack(
  'F10c',
  'hosts that have been written into a stored grant are ignored',
  async (scene) => {
    const { emulator } = scene;
    const { own } = tenantsOf(emulator);
    const store = new RecordingStore();
    const { app, asked, dispatcher } = await atRealHosts(scene, { session: { store } });
    try {
      const visitor = app.browser();
      await signIn(emulator, visitor);
      const { said, say } = await recordIn(store, 'grant');
      const evil = Object.fromEntries(
        [
          ...['authBaseUrl', 'restBaseUrl', 'soapBaseUrl', 'tokenURL', 'authorizationURL', 'baseUrlTemplate'],
          ...['rest_instance_url', 'soap_instance_url', 'host', 'origin', 'url'],
        ].map((name) => [name, 'https://evil.com']),
      );
      say({ ...said, ...evil, tenant: { ...evil, subdomain: 'evil.com/' }, ...EXPIRED });
      emulator.requests.clear();
      expect((await visitor.get('/api')).status).toBe(200);
      expect(emulator.requests.all.map(({ headers, path }) => `${String(headers['host'])}${path}`)).toEqual([
        `${own}.auth.marketingcloudapis.com/v2/token`,
        `${own}.rest.marketingcloudapis.com/platform/v1/tokenContext`,
      ]);
      expect(new Set(asked)).toEqual(
        new Set(['auth', 'rest'].map((service) => `https://${own}.${service}.marketingcloudapis.com`)),
      );
    } finally {
      await dispatcher.destroy();
    }
  },
  { emulator: { https: true } },
);

/** Begins to sign in, then changes the tenant of the stored sign-in, in every way. */
async function changeStoredSignIns(scene: Scene, multiTenant: boolean): Promise<void> {
  const { emulator } = scene;
  const { own, other } = tenantsOf(emulator);
  const store = new RecordingStore();
  const { app, asked, dispatcher } = await atRealHosts(scene, { session: { store }, strategy: { multiTenant } });
  try {
    const visitor = app.browser();
    const changed = changesOf(own, multiTenant ? [] : [other, 'mcx']);
    for (const [subdomain, tssd] of [
      ...changed.map((one) => [one, ''] as const),
      ...['evil.com/#', '', own.toUpperCase(), undefined].map((one) => [one, `&tssd=${own}`] as const),
    ]) {
      const query = await freshQuery(visitor);
      const { said, say } = await recordIn(store, 'sign-in');
      expect(said['subdomain']).toBe(own);
      say({ ...said, subdomain });
      const network = watchNetwork();
      const reply = await visitor.get(`/cb?${query}${tssd}`);
      network.stop();
      expect([subdomain, reply.status]).toEqual([subdomain, 403]);
      expectRejected(reply, emulator, [403]);
      expect([network.connections, network.lookups]).toEqual([1, 0]);
    }
    expect(asked).toEqual([]);
    expect((await visitor.get(await comeBack(emulator, await openLogin(visitor)))).location).toBe('/home');
    expect(tokenCalls(emulator)).toEqual([own]);
  } finally {
    await dispatcher.destroy();
  }
}

for (const [row, whose, multiTenant] of [
  ['F10d', 'of an app that serves one tenant', false],
  ['F10e', 'of an app that serves every tenant', true],
] as const) {
  attack(
    row,
    `a stored sign-in ${whose} is refused when its tenant has been changed, and its code is not sent`,
    (scene) => changeStoredSignIns(scene, multiTenant),
    { emulator: { https: true } },
  );
}

const certificates = makeCertificates();
const REAL = 'https://{subdomain}.{service}.marketingcloudapis.com';
const TENANT = 'mc563885gzs27c5t9-63k636ttgm';

/** The outcome of a sign-in when the tenant's host name leads to another machine, and the requests that it received. */
async function signInWhereNameLeadsTo(
  { another }: Pick<Scene, 'another'>,
  port: number,
  ca: string,
): Promise<{ outcome: string; why: unknown; asked: string[] }> {
  const { dispatcher, asked } = leadTo(port, ca);
  try {
    const app = await another({ strategy: { baseUrlTemplate: REAL, multiTenant: true, dispatcher } });
    const visitor = app.browser();
    const reply = await visitor.get(`/cb?${await freshQuery(visitor)}&tssd=${TENANT}`);
    expectUpstream(reply);
    expectNoSecret(JSON.stringify(visitor.replies), ['CANARY']);
    expect(await whoIs(visitor)).toBeNull();
    const [error] = app.errors as (Error & { cause?: Error })[];
    return { outcome: outcomeOf(reply), why: error?.cause?.message, asked: [...asked] };
  } finally {
    await dispatcher.destroy();
  }
}

attack('F11', 'a tenant’s host with a wrong certificate is sent nothing, and is not retried', async (scene) => {
  const { good, expired, wrongName, selfSigned } = certificates;
  const asked = [`https://${TENANT}.auth.marketingcloudapis.com`];
  for (const [certificate, why] of [
    [wrongName, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    [good, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    [expired, 'CERT_HAS_EXPIRED'],
    [selfSigned, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  ] as const) {
    const server = await openTlsServer(certificate);
    try {
      const found = await signInWhereNameLeadsTo(scene, server.port, certificates.ca);
      expect(found).toEqual({ outcome: '503 upstream_unavailable', why, asked });
      expect([server.connections, server.requests]).toEqual([1, 0]);
    } finally {
      await server.close();
    }
  }

  // The control: with the right certificate the same machine is heard, but has no tokens to give.
  const identity = await createIdentity();
  const server = await openTlsServer(identity);
  try {
    const found = await signInWhereNameLeadsTo(scene, server.port, identity.ca);
    expect(found).toEqual({ outcome: '502 invalid_response', why: undefined, asked });
    expect([server.connections, server.requests]).toEqual([1, 1]);
  } finally {
    await server.close();
  }
});

attack('F11b', 'a tenant’s host that speaks plain http is offered TLS once, and nothing else', async (scene) => {
  const heard: Buffer[] = [];
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    socket
      .on('error', () => undefined)
      .on('data', (bytes) => {
        heard.push(bytes);
        socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
      });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const found = await signInWhereNameLeadsTo(scene, (server.address() as AddressInfo).port, certificates.ca);
    expect(found).toEqual({
      outcome: '503 upstream_unavailable',
      why: expect.stringMatching(/^ERR_SSL_/),
      asked: [`https://${TENANT}.auth.marketingcloudapis.com`],
    });
    const all = Buffer.concat(heard);
    // A handshake record.
    expect([connections, all[0]]).toEqual([1, 0x16]);
    expectNoSecret(all.toString('latin1'), ['CANARY', 'POST', 'HTTP/']);
  } finally {
    server.close();
  }
});

attack(
  'F11c',
  'tenant hosts that resolve elsewhere after the sign-in get no token',
  async (scene) => {
    const { emulator, another } = scene;
    const { own } = tenantsOf(emulator);
    const store = new RecordingStore();
    const { app, dispatcher } = await atRealHosts(scene, { session: { store } });
    const server = await openTlsServer(certificates.good);
    const elsewhere = leadTo(server.port, certificates.ca);
    try {
      const visitor = app.browser();
      await signIn(emulator, visitor);
      const moved = await another({ session: { store }, strategy: { dispatcher: elsewhere.dispatcher } });
      const again = moved.browser();
      for (const [name, value] of visitor.cookies) again.cookies.set(name, value);

      expect(outcomeOf(await again.get('/api'))).toBe('503 upstream_unavailable');
      const { said, say } = await recordIn(store, 'grant');
      say({ ...said, ...EXPIRED });
      expect(outcomeOf(await again.get('/api'))).toBe('503 upstream_unavailable');

      expect(new Set(elsewhere.asked)).toEqual(
        new Set(['rest', 'auth'].map((service) => `https://${own}.${service}.marketingcloudapis.com`)),
      );
      expect(server.requests).toBe(0);
      say(said);
      expect((await visitor.get('/api')).status).toBe(200);
    } finally {
      await Promise.all([dispatcher.destroy(), elsewhere.dispatcher.destroy(), server.close()]);
    }
  },
  { emulator: { https: true } },
);
