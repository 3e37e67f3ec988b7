import { expect } from '@jest/globals';
import { attack, comeBack, expectRejected, openLogin, signIn, whoIs } from '../support/attack';
import { watchNetwork } from '../support/network';
import { tenantsOf, tokenCalls } from '../support/tenants';
import { altered, CANARY_TOKENS, outcomeOf } from '../support/token-answers';

/** What a function may do instead of saying `true`. */
const NO_YES: Readonly<Record<string, () => unknown>> = {
  no: () => false,
  nothing: () => undefined,
  null: () => null,
  one: () => 1,
  'the word': () => 'true',
  'an object': () => ({}),
  'a Boolean object': () => Object(true) as unknown,
  'a function': () => () => true,
  'a promise of no': () => Promise.resolve(false),
  'a promise of the word': () => Promise.resolve('true'),
  'an error': () => {
    throw new Error('CANARY');
  },
  'not an error': () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw undefined;
  },
  'a rejection': () => Promise.reject(new Error('CANARY')),
  'a broken thenable': () => ({
    then: () => {
      throw new Error('CANARY');
    },
  }),
  'a thenable that refuses': () => ({ then: (_yes: unknown, no: (why: unknown) => void) => no(new Error('CANARY')) }),
  'a thenable that refuses with yes': () => ({ then: (_yes: unknown, no: (why: unknown) => void) => no(true) }),
  silence: () => new Promise(() => undefined),
  'a silent thenable': () => ({ then: () => undefined }),
};

{
  let judge: () => unknown = () => false;
  const app = { strategy: { multiTenant: () => judge() as boolean, timeout: 200 } };

  attack(
    'F5',
    'a function that does not return true in time refuses the tenant before any call',
    async ({ emulator, anotherBrowser, app: { errors } }) => {
      const { other, otherUser } = tenantsOf(emulator);
      for (const [name, answer] of Object.entries(NO_YES)) {
        judge = answer;
        const browser = anotherBrowser();
        const callback = await comeBack(emulator, await openLogin(browser), otherUser);
        emulator.requests.clear();
        const network = watchNetwork();
        const began = performance.now();
        const reply = await browser.get(callback);
        network.stop();
        expect([name, outcomeOf(reply), performance.now() - began < 5_000]).toEqual([name, '403 Forbidden', true]);
        expectRejected(reply, emulator, [403]);
        expect([network.connections, network.lookups, emulator.requests.length]).toEqual([1, 0, 0]);
        expect(await whoIs(browser)).toBeNull();
      }
      expect(errors).toEqual([]);

      judge = () => true;
      const browser = anotherBrowser();
      expect((await signIn(emulator, browser, otherUser)).location).toBe('/home');
      expect(tokenCalls(emulator)).toEqual([other]);
    },
    { app, emulator: { publishedApp: true } },
  );

  attack(
    'F5b',
    'a result or an error after the timeout changes nothing',
    async ({ emulator, anotherBrowser, app: { errors } }) => {
      for (const end of ['yes', 'error'] as const) {
        let settle: () => void = () => undefined;
        judge = () =>
          new Promise((resolve, reject) => {
            settle = () => (end === 'yes' ? resolve(true) : reject(new Error('CANARY')));
          });
        const browser = anotherBrowser();
        expectRejected(await signIn(emulator, browser, tenantsOf(emulator).otherUser), emulator, [403]);
        settle();
        expect(await whoIs(browser)).toBeNull();
      }
      expect(emulator.requestsTo('token')).toHaveLength(0);
      expect(errors).toEqual([]);
    },
    { app, emulator: { publishedApp: true } },
  );

  attack(
    'F5c',
    'a tenant that the login route selects is checked in the same way, before the redirect',
    async ({ emulator, another }) => {
      const { other } = tenantsOf(emulator);
      const choosing = await another({ ...app, login: { subdomain: other } });
      for (const [name, answer] of Object.entries(NO_YES)) {
        judge = answer;
        const browser = choosing.browser();
        const reply = await browser.get('/login');
        expect([name, reply.location, [...browser.cookies.keys()]]).toEqual([name, '', ['mc-refusals']]);
        expectRejected(reply, emulator, [403]);
      }
      expect(choosing.errors).toEqual([]);
      judge = () => true;
      expect((await choosing.browser().get('/login')).location).toContain(`/${other}/auth/v2/authorize?`);
    },
    { app },
  );
}

{
  const judged: string[] = [];
  attack(
    'F6',
    'a state of another browser ends a callback before its tenant is checked',
    async ({ emulator, browser, anotherBrowser }) => {
      const { other, otherUser } = tenantsOf(emulator);
      const spent = await comeBack(emulator, await openLogin(browser), otherUser);
      await browser.get(spent);
      await browser.send('/logout', { method: 'POST', headers: { origin: browser.origin } });
      const foreign = await comeBack(emulator, await openLogin(anotherBrowser()), otherUser);
      expect(judged.splice(0)).toEqual([other]);
      emulator.requests.clear();
      for (const callback of [
        foreign,
        foreign.replace(/state=[^&]+/, `state=${'A'.repeat(43)}`),
        foreign.replace(/state=[^&]+&/, ''),
        spent,
        spent.replace(other, 'mcevil'),
        foreign.replace(other, 'evil.com'),
      ]) {
        const network = watchNetwork();
        expectRejected(await browser.get(callback), emulator, [403]);
        network.stop();
        expect([network.connections, network.lookups]).toEqual([1, 0]);
      }
      expect([judged, emulator.requests.length]).toEqual([[], 0]);
    },
    {
      app: { strategy: { multiTenant: (subdomain) => judged.push(subdomain) > 0 } },
      emulator: { publishedApp: true },
    },
  );
}

attack(
  'F7',
  'an answer with the base URLs of another tenant, or of two, is dropped',
  async ({ emulator, anotherBrowser, app }) => {
    const { own, other, otherUser } = tenantsOf(emulator);
    const urls = (restTenant: string, soapTenant: string): object => ({
      rest_instance_url: emulator.baseUrl('rest', restTenant),
      soap_instance_url: emulator.baseUrl('soap', soapTenant),
    });
    for (const [user, right, wrong] of [
      [otherUser, other, own],
      [undefined, own, other],
    ] as const) {
      for (const mixed of [urls(wrong, wrong), urls(wrong, right), urls(right, wrong), urls(`${right}x`, right)]) {
        emulator.requests.clear();
        const struck = emulator.fault(
          'token',
          altered((tokens) => ({ ...tokens, ...CANARY_TOKENS, ...mixed })),
        );
        const browser = anotherBrowser();
        const reply = await signIn(emulator, browser, user);
        struck.remove();
        expect([outcomeOf(reply), reply.headers['cache-control']]).toEqual(['502 tenant_mismatch', 'no-store']);
        expect([tokenCalls(emulator), struck.hits]).toEqual([[right], 1]);
        expect((['userinfo', 'rest', 'soap'] as const).flatMap((to) => emulator.requestsTo(to))).toEqual([]);
        expect(await whoIs(browser)).toBeNull();
        expect((await browser.get('/api')).status).toBe(401);
      }
    }
    expect(app.errors).toHaveLength(8);

    const fine = emulator.fault(
      'token',
      altered((tokens) => ({ ...tokens, ...urls(other, other) })),
    );
    expect((await signIn(emulator, anotherBrowser(), otherUser)).location).toBe('/home');
    expect(fine.hits).toBe(1);
  },
  { app: { strategy: { multiTenant: true } }, emulator: { publishedApp: true } },
);
