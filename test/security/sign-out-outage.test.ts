import { expect } from '@jest/globals';
import { appMenuSignOut } from '../../src';
import { attack, signIn, whoIs, type AttackOptions, type Scene } from '../support/attack';
import type { Reply } from '../support/browser';
import { UnreliableStore } from '../support/stores';
import { sessionIdOf } from '../support/session-cookie';

/** Both ways of signing out. */
const WAYS = {
  signOut: ({ app, browser }: Scene): Promise<Reply> =>
    browser.send('/logout', { method: 'POST', headers: { origin: app.origin } }),
  appMenuSignOut: ({ browser }: Scene): Promise<Reply> => browser.get('/mc-logout', { 'sec-fetch-site': 'cross-site' }),
};

const isGrant = (sid: string): boolean => sid.startsWith('mcg_');
const isSession = (sid: string): boolean => !isGrant(sid);

/** A store that cannot remove some of its records. */
function removing(how: 'tells' | 'throws' | 'is silent', which: (sid: string) => boolean): UnreliableStore['failure'] {
  return (operation, sid) => (operation === 'destroy' && which(sid) ? how : undefined);
}

function appWith(store: UnreliableStore): NonNullable<AttackOptions['app']> {
  return {
    session: { store },
    strategy: { vaultTimeout: 500 },
    routes: (express) => {
      express.get('/mc-logout', appMenuSignOut());
    },
  };
}

function expectNoSuccess(reply: Reply): void {
  expect(reply.status).toBeGreaterThanOrEqual(500);
  expect([reply.location, reply.headers['set-cookie']]).toEqual(['', undefined]);
}

for (const [way, signOutBy] of Object.entries(WAYS)) {
  {
    const store = new UnreliableStore();
    attack(
      'K6',
      `while the store cannot delete, ${way} is an error and can be repeated`,
      async (scene) => {
        const { emulator, browser } = scene;
        for (const [outage, failure] of Object.entries({
          'tells at the session': removing('tells', isSession),
          'tells at the grant': removing('tells', isGrant),
          'throws at the session': removing('throws', isSession),
          'throws at the grant': removing('throws', isGrant),
          'is silent at the session': removing('is silent', isSession),
        })) {
          await signIn(emulator, browser);
          store.failure = failure;
          const reply = await signOutBy(scene);
          store.failure = undefined;
          expect([outage, reply.status, reply.text]).toEqual([outage, 503, '{"error":"vault_unavailable"}']);
          expectNoSuccess(reply);
          expect(await whoIs(browser)).not.toBeNull();

          expect((await signOutBy(scene)).status).toBeLessThan(400);
          expect([Object.keys(await store.records()), sessionIdOf(browser)]).toEqual([[], '']);
        }
      },
      { app: appWith(store) },
    );
  }

  {
    const store = new UnreliableStore();
    attack(
      'K6b',
      `while the store does not answer for the grant, ${way} reports no success, and the session stays`,
      async (scene) => {
        await signIn(scene.emulator, scene.browser);
        store.failure = removing('is silent', isGrant);
        const reply = await signOutBy(scene);
        store.failure = undefined;
        expect(reply.text).toBe('{"error":"vault_unavailable"}');
        expectNoSuccess(reply);
        expect(await whoIs(scene.browser)).not.toBeNull();
      },
      { app: appWith(store), signsIn: true },
    );
  }

  {
    const store = new UnreliableStore();
    // What express-session itself passes on is the store's own error.
    store.message = 'away';
    attack(
      'K6c',
      `while the store cannot be read or is disconnected, ${way} reports no success`,
      async (scene) => {
        const { emulator, browser } = scene;
        await signIn(emulator, browser);
        for (const [breaks, mends] of [
          [() => (store.failure = () => 'tells'), () => (store.failure = undefined)],
          [() => (store.failure = () => 'throws'), () => (store.failure = undefined)],
          [() => store.emit('disconnect'), () => store.emit('connect')],
        ] as const) {
          breaks();
          expectNoSuccess(await signOutBy(scene));
          mends();
        }
        expect((await browser.get('/api')).status).toBe(200);
        expect((await signOutBy(scene)).status).toBeLessThan(400);
      },
      { app: appWith(store) },
    );
  }
}
