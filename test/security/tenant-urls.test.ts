import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { beforeEach, expect } from '@jest/globals';
import type { Emulator, Fault } from '../../src/emulator';
import { attack, expectNoSecret, signIn, type Scene } from '../support/attack';
import { heldClock } from '../support/clock';
import { hostileUrls } from '../support/hostile-urls';
import { watchOutgoing } from '../support/outgoing';
import { RecordingStore } from '../support/stores';
import { altered, CANARY_TOKENS, expectEach, outcomeOf, signInDuring, spoilt } from '../support/token-answers';

const SERVICES = ['rest', 'soap'] as const;
type Service = (typeof SERVICES)[number];

/** The tenant's base URL as the app has it: by the real host name where the emulator serves https. */
function baseUrl({ strategyOptions }: Emulator, service: Service): string {
  const { baseUrlTemplate, subdomain } = strategyOptions();
  return baseUrlTemplate.replace('{subdomain}', subdomain).replace('{service}', service);
}

/** A base URL in the answer of the token endpoint, by the wire's name. */
function named(service: Service, url: unknown): Record<string, unknown> {
  return { [`${service}_instance_url`]: url };
}

/** The token endpoint's answers with each hostile URL in place of a service's own; the tokens are canaries. */
function hostileAnswers(emulator: Emulator, service: Service): Record<string, Fault> {
  return Object.fromEntries(
    Object.entries(hostileUrls(baseUrl(emulator, service))).map(([name, url]) => [
      `${service}: ${name}`,
      spoilt((tokens) => ({ ...tokens, ...named(service, url) })),
    ]),
  );
}

/** Where the grants of the attacked apps lie. */
const store = new RecordingStore();
// Each of the apps listens to it.
store.setMaxListeners(0);
beforeEach(() => store.clear());

/** Signs in with each hostile URL of a service: refused, no token kept, and no call made but the one to the token endpoint. */
async function expectAllRefused(scene: Scene, service: Service): Promise<void> {
  const { emulator } = scene;
  const { subdomain, baseUrlTemplate } = emulator.strategyOptions();
  const authBaseUrl = baseUrlTemplate.replace('{subdomain}', subdomain).replace('{service}', 'auth');
  const outgoing = watchOutgoing();
  try {
    await expectEach(scene, hostileAnswers(emulator, service), '502 tenant_mismatch');
  } finally {
    outgoing.stop();
  }
  expect(new Set(outgoing.calls)).toEqual(new Set([`POST ${authBaseUrl}/v2/token`]));
  const kept = await store.dump();
  expectNoSecret(kept, ['CANARY']);
  expect(kept).not.toContain('"kind":"grant"');
}

attack('H1', 'a REST base URL that is not the tenant’s ends the sign-in', (scene) => expectAllRefused(scene, 'rest'), {
  timeoutMs: 60_000,
  emulator: { https: true },
  app: { session: { store } },
});

attack(
  'H1b',
  'the same where base URLs name the tenant in the path',
  async (scene) => {
    await expectAllRefused(scene, 'rest');
    const { emulator } = scene;
    const good = baseUrl(emulator, 'rest');
    const elsewhere = {
      'another tenant': good.replace('alpine', 'harbour'),
      'the other service': baseUrl(emulator, 'soap'),
      'the auth service': good.replace(/rest$/, 'auth'),
      'the host alone': emulator.url,
      'the path in other letters': good.replace(/rest$/, 'REST'),
      'a way up and down again': good.replace(/rest$/, 'rest/../soap'),
      'the sink': scene.sink.url,
    };
    await expectEach(
      scene,
      Object.fromEntries(
        Object.entries(elsewhere).map(([name, url]) => [
          name,
          spoilt((tokens) => ({ ...tokens, ...named('rest', url) })),
        ]),
      ),
      '502 tenant_mismatch',
    );
  },
  { timeoutMs: 60_000, app: { session: { store } } },
);

attack(
  'H2',
  'a valid REST base URL does not make up for a SOAP one that is not the tenant’s',
  (scene) => expectAllRefused(scene, 'soap'),
  { timeoutMs: 60_000, emulator: { https: true }, app: { session: { store } } },
);

attack(
  'H2b',
  'the base URLs of another tenant, of both or of either service, end the sign-in',
  async (scene) => {
    const of = (label: string): Record<Service, string> => ({
      rest: `https://${label}.rest.marketingcloudapis.com/`,
      soap: `https://${label}.soap.marketingcloudapis.com/`,
    });
    const { subdomain } = scene.emulator.strategyOptions();
    const [own, other] = [of(subdomain), of('mcemulator-harbour-books-eu1')];
    const pairs = {
      'both of another': other,
      'REST of another': { rest: other.rest, soap: own.soap },
      'SOAP of another': { rest: own.rest, soap: other.soap },
      swapped: { rest: own.soap, soap: own.rest },
      'REST twice': { rest: own.rest, soap: own.rest },
    };
    await expectEach(
      scene,
      Object.fromEntries(
        Object.entries(pairs).map(([name, { rest, soap }]) => [
          name,
          spoilt((tokens) => ({ ...tokens, ...named('rest', rest), ...named('soap', soap) })),
        ]),
      ),
      '502 tenant_mismatch',
    );
  },
  { emulator: { https: true } },
);

/** Resolves to the next message of a diagnostics channel. */
function once(channel: string): Promise<unknown> {
  return new Promise((resolve) => {
    const take = (message: unknown): void => {
      unsubscribe(channel, take);
      resolve(message);
    };
    subscribe(channel, take);
  });
}

const clock = heldClock();
/** The lifetime of an access token in the emulator, and more than the longest pause after a refresh that failed. */
const [LIFETIME_MS, PAUSE_MS] = [1_079_000, 16_000];

attack(
  'H3',
  'a refresh with another tenant’s base URLs is dropped and the grant stays',
  async ({ emulator, browser, app, sink }) => {
    await signIn(emulator, browser);
    const before = emulator.requestsTo('token').length;
    clock.advance(LIFETIME_MS);
    const other = (service: Service): string =>
      baseUrl(emulator, service).replace('alpine-outfitters', 'harbour-books-eu1');
    const good = {
      ...CANARY_TOKENS,
      token_type: 'Bearer',
      expires_in: 1079,
      ...named('rest', `${baseUrl(emulator, 'rest')}/`),
      ...named('soap', `${baseUrl(emulator, 'soap')}/`),
    };
    const bad = [
      ...SERVICES.flatMap((service) =>
        Object.values(hostileUrls(baseUrl(emulator, service))).map((url) => named(service, url)),
      ),
      named('rest', sink.url),
      { ...named('rest', other('rest')), ...named('soap', other('soap')) },
    ];
    const events: unknown[] = [];
    const note = (event: unknown): void => void events.push(event);
    subscribe('passport-marketing-cloud:tenant-changed', note);
    for (const urls of bad) {
      const struck = emulator.fault('token', { body: { ...good, ...urls } });
      expect(outcomeOf(await browser.get('/api'))).toBe('502 tenant_mismatch');
      expect(struck.hits).toBeGreaterThan(0);
      struck.remove();
      clock.advance(PAUSE_MS);
    }
    unsubscribe('passport-marketing-cloud:tenant-changed', note);
    const { subdomain } = emulator.strategyOptions();
    const [event] = events;
    expect(events).toEqual(bad.map(() => event));
    expect(event).toEqual({ strategy: 'marketing-cloud', grant: expect.any(String), subdomain });
    expectNoSecret(JSON.stringify(events), ['CANARY']);
    expectNoSecret(await store.dump(), ['CANARY']);
    expect(emulator.requestsTo('rest')).toHaveLength(0);
    expect(app.errors).toHaveLength(bad.length);

    // The refresh token that was there before is good for the next one.
    expect((await browser.get('/api')).status).toBe(200);
    const calls = emulator.requestsTo('token').slice(before);
    expect(calls.length).toBeGreaterThan(bad.length);
    expect(new Set(calls.map(({ body }) => (body as { refresh_token: string }).refresh_token)).size).toBe(1);
  },
  { timeoutMs: 60_000, app: { session: { store }, strategy: { clock: clock.now } }, signsIn: true },
);

attack(
  'H3b',
  'a usable token is served while refreshes answer for another tenant',
  async ({ emulator, browser }) => {
    await signIn(emulator, browser);
    clock.advance(LIFETIME_MS - 200_000);
    const other = spoilt((tokens) => ({ ...tokens, ...named('rest', 'https://mcx.rest.marketingcloudapis.com') }));
    const struck = emulator.fault('token', other);
    const changed = once('passport-marketing-cloud:tenant-changed');
    expect((await browser.get('/api')).status).toBe(200);
    await changed;
    expect((await browser.get('/api')).status).toBe(200);
    struck.remove();
    clock.advance(LIFETIME_MS);
    expect((await browser.get('/api')).status).toBe(200);
    expect(struck.hits).toBeGreaterThan(0);
    expect(new Set(emulator.requestsTo('tokenContext').map(({ headers }) => headers['authorization'])).size).toBe(2);
    expectNoSecret(await store.dump(), ['CANARY']);
  },
  {
    app: { session: { store }, strategy: { clock: clock.now } },
    emulator: { rotateRefreshTokens: false },
    signsIn: true,
  },
);

attack(
  'H4',
  'base URLs are stored as https, in lower case, without a port and without a final slash',
  async ({ emulator, anotherBrowser }) => {
    const { subdomain } = emulator.strategyOptions();
    const hosts = {
      rest: `${subdomain}.rest.marketingcloudapis.com`,
      soap: `${subdomain}.soap.marketingcloudapis.com`,
    };
    const shapes: Record<string, (host: string) => string> = {
      'with a final slash': (host) => `https://${host}/`,
      'without one': (host) => `https://${host}`,
      'without a scheme': (host) => host,
      'without a scheme, with a slash': (host) => `${host}/`,
      'with a loud scheme': (host) => `HTTPS://${host}/`,
      'in capitals': (host) => `HTTPS://${host.toUpperCase()}/`,
      'in capitals, without a scheme': (host) => host.toUpperCase(),
    };
    for (const [name, shape] of Object.entries(shapes)) {
      const browser = anotherBrowser();
      const answer = altered((tokens) => ({
        ...tokens,
        ...named('rest', shape(hosts.rest)),
        ...named('soap', shape(hosts.soap)),
      }));
      expect([name, outcomeOf(await signInDuring(emulator, browser, answer))]).toEqual([name, '302 /home']);
      expect([name, JSON.parse((await browser.get('/base-urls')).text)]).toEqual([
        name,
        { restBaseUrl: `https://${hosts.rest}`, soapBaseUrl: `https://${hosts.soap}` },
      ]);
      expect([name, (await browser.get('/api')).status]).toEqual([name, 200]);
    }
    const kept = await store.dump();
    expect(kept).toContain(`"kind":"grant"`);
    expect(kept).not.toMatch(/marketingcloudapis\.com\/|https?:\/\/[^"]*[A-Z]|:443/i);
  },
  {
    emulator: { https: true },
    app: {
      session: { store },
      routes: (app) => {
        app.get('/base-urls', (req, res, next) => {
          req.marketingCloud
            .credentials()
            .then(({ restBaseUrl, soapBaseUrl }) => res.json({ restBaseUrl, soapBaseUrl }), next);
        });
      },
    },
  },
);
