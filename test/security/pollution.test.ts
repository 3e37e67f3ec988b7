import { expect } from '@jest/globals';
import type { SessionData } from 'express-session';
import type { Fault } from '../../src/emulator';
import { attack, comeBack, openLogin, signIn, whoIs } from '../support/attack';
import { RecordingStore } from '../support/stores';
import { altered, expectEach, outcomeOf } from '../support/token-answers';

/** What an attacker would like every object to have. */
const WANTED = {
  admin: 1,
  ...{ user: { id: 'polluted' }, id: 'polluted', displayName: 'polluted', sub: 'polluted' },
  ...{ error: 'invalid_grant', expires_in: 7, token_type: 'mac', access_token: 'polluted-token', scope: 'polluted' },
  ...{ grantId: 'polluted', byLogin: true, grants: { 'marketing-cloud': { grantId: 'polluted', byLogin: false } } },
  ...{
    subdomain: 'mcevil',
    accessToken: 'polluted-token',
    refreshToken: 'polluted-token',
    expiresAt: 1e15,
    kept: true,
  },
  ...{ returnTo: '/canary', refusalUrl: '/canary', pinned: true, verifier: 'polluted', accountId: 7, until: 1e15 },
};
const PLANT = `"__proto__":${JSON.stringify(WANTED)},"constructor":{"prototype":${JSON.stringify(WANTED)}}`;

/** The JSON with the plant in every object that has a member. */
function planted(json: string): string {
  return json.replaceAll('{"', `{${PLANT},"`);
}

/** The real answer, or this part of it, with the plant in all of its objects. */
const plantedAnswer: Fault = { transform: (json) => planted(JSON.stringify(json)) };

function expectUnpolluted(): void {
  for (const object of [{}, [], Object, Function.prototype, Object.create(null)]) {
    for (const name of Object.keys(WANTED)) expect(Object.hasOwn(object as object, name)).toBe(false);
  }
  const plain: object = {};
  expect(Object.keys(WANTED).filter((name) => name in plain)).toEqual([]);
}

attack('S2', '`__proto__` and `constructor` in an answer of Marketing Cloud change nothing', async (scene) => {
  const { emulator, anotherBrowser } = scene;
  const instead = (name: string) =>
    altered((answer) => JSON.stringify(answer).replace(`"${name}":`, `"__proto__":{"${name}":"7"},"not_${name}":`));
  await expectEach(scene, { planted: plantedAnswer }, '302 /home');
  await expectEach(scene, { planted: plantedAnswer }, '302 /home', 'userinfo');
  await expectEach(
    scene,
    { token: instead('access_token'), type: instead('token_type'), life: instead('expires_in') },
    '502 invalid_response',
  );
  await expectEach(scene, { URL: instead('rest_instance_url') }, '502 tenant_mismatch');
  await expectEach(
    scene,
    { sub: instead('sub'), user: instead('user'), unit: instead('member_id'), enterprise: instead('enterprise_id') },
    '502 invalid_response',
    'userinfo',
  );

  const browser = anotherBrowser();
  await signIn(emulator, browser);
  expect(await whoIs(browser)).toMatchObject({ id: '510001000:711204301', displayName: 'Maya Lind' });
  emulator.expireAccessTokens();
  for (const endpoint of ['token', 'tokenContext'] as const) emulator.fault(endpoint, plantedAnswer);
  const reply = await browser.get('/api');
  expect([reply.status, JSON.parse(reply.text.replaceAll(PLANT, '"planted":1'))]).toMatchObject([
    200,
    { user: { planted: 1, id: 711_204_301 } },
  ]);
  for (const status of [400, 403, 429, 500]) {
    const struck = emulator.fault('tokenContext', { status, body: planted('{"message":"no","errorcode":7}') });
    expect(outcomeOf(await browser.get('/api'))).toMatch(/^50[23] api_error$/);
    struck.remove();
  }
  expectUnpolluted();
});

interface VaultRecord {
  readonly marketingCloudVault?: { readonly data: string };
}

/** A store that another party writes to: records are read through `change`. */
class TamperedStore extends RecordingStore {
  change: (record: SessionData & VaultRecord) => string = (record) => JSON.stringify(record);

  override get(sid: string, callback: (error: unknown, session?: SessionData | null) => void): void {
    super.get(sid, (error: unknown, session) => {
      callback(error, session ? (JSON.parse(this.change(session)) as SessionData) : session);
    });
  }
}

/** A record with the plant everywhere but in express-session's own cookie, also in the data of a vault's record. */
function plantedRecord({ cookie, ...record }: SessionData & VaultRecord): string {
  const vault = record.marketingCloudVault;
  const json = JSON.stringify({
    planted: true,
    ...record,
    ...(vault !== undefined && { marketingCloudVault: { ...vault, data: planted(vault.data) } }),
  });
  return planted(json).replace('{', `{"cookie":${JSON.stringify(cookie)},`);
}

const store = new TamperedStore();
// Each of the apps listens to it.
store.setMaxListeners(0);
const session = { store };

attack(
  'S2b',
  '`__proto__` and `constructor` in session and vault records change nothing',
  async ({ emulator, browser, app, anotherBrowser }) => {
    store.change = plantedRecord;
    const callback = await comeBack(emulator, await openLogin(browser));
    expect((await browser.get(callback)).location).toBe('/home');
    expect(await whoIs(browser)).toMatchObject({ id: '510001000:711204301', displayName: 'Maya Lind' });
    expect((await browser.get('/api')).status).toBe(200);
    emulator.expireAccessTokens();
    expect((await browser.get('/api')).status).toBe(200);
    expect(app.errors).toEqual([]);

    // The reverse: a session without own properties is anonymous, even if its objects inherit some.
    const stranger = anotherBrowser();
    await openLogin(stranger);
    expect((await stranger.get('/api')).status).toBe(401);
    expect((await stranger.get('/cb?code=x&state=y')).status).toBe(403);

    expect((await browser.send('/logout', { method: 'POST', headers: { origin: app.origin } })).location).toBe('/');
    expect((await browser.get('/api')).status).toBe(401);
    expectUnpolluted();
  },
  { app: { session } },
);

/** The JSON with the members of this object as its prototype's, as far as the text can say so. */
function inherited(json: string): string {
  return json.replace(/^\{(.*)\}$/s, '{"__proto__":{$1}}');
}

attack(
  'S2c',
  'a record whose members are all inherited is not a record',
  async ({ emulator, browser, anotherBrowser }) => {
    store.change = (record) => JSON.stringify(record);
    await signIn(emulator, browser);
    const late = anotherBrowser();
    const callback = await comeBack(emulator, await openLogin(late));
    const calls = emulator.requestsTo('rest').length;
    const tampered: Record<string, (record: SessionData & VaultRecord) => object> = {
      'the grant': ({ marketingCloudVault: vault, ...record }) =>
        vault === undefined ? record : { ...record, marketingCloudVault: { ...vault, data: inherited(vault.data) } },
      'the record of the vault': ({ marketingCloudVault: vault, ...record }) =>
        vault === undefined ? record : { ...record, marketingCloudVault: asInherited(vault) },
      'the entry of the session': (record) =>
        'marketingCloud' in record ? { ...record, marketingCloud: asInherited(record.marketingCloud) } : record,
      'the grants of the session': (record) => {
        const entry = 'marketingCloud' in record ? (record.marketingCloud as { grants: object }) : undefined;
        return entry === undefined
          ? record
          : { ...record, marketingCloud: { ...entry, grants: asInherited(entry.grants) } };
      },
    };
    for (const [what, change] of Object.entries(tampered)) {
      store.change = (record) => JSON.stringify(change(record));
      expect([what, (await browser.get('/api')).status]).toEqual([what, 401]);
    }
    expect(emulator.requestsTo('rest')).toHaveLength(calls);

    // A pending sign-in, too.
    store.change = (record) => JSON.stringify(tampered['the grant']?.(record));
    const tokens = emulator.requestsTo('token').length;
    expect((await late.get(callback)).status).toBe(403);
    expect(emulator.requestsTo('token')).toHaveLength(tokens);
    expectUnpolluted();
    store.change = (record) => JSON.stringify(record);
  },
  { app: { session }, signsIn: true },
);

function asInherited(value: unknown): object {
  return JSON.parse(inherited(JSON.stringify(value))) as object;
}
