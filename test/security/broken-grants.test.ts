import { expect, test } from '@jest/globals';
import { hasCode } from '../../src/errors';
import type { Fault, FaultHandle } from '../../src/emulator';
import { comeBack, openLogin } from '../support/attack';
import { Door } from '../support/door';
import { grantScene, LIFETIME_MS, type GrantScene } from '../support/grant-scene';

const DOWN: Fault = { status: 500, body: {} };

interface ManyGrants extends GrantScene {
  readonly grants: readonly string[];
  /** What a refresh of this grant comes to: `ok`, or the error's code and its seconds to wait. */
  readonly use: (grantId: string | undefined) => Promise<string>;
}

/** A user who is signed in in many browsers, whose access tokens have all expired. */
async function expiredGrants(count: number): Promise<ManyGrants> {
  const scene = await grantScene();
  const grants = [scene.grantId];
  while (grants.length < count) {
    const browser = scene.app.browser();
    await browser.get(await comeBack(scene.emulator, await openLogin(browser)));
    grants.push(JSON.parse((await browser.get('/grant-id')).text) as string);
  }
  scene.pass(LIFETIME_MS + 1_000);
  scene.emulator.requests.clear();
  const use = async (grantId = ''): Promise<string> =>
    await scene.app.strategy.credentials(grantId).then(
      () => 'ok',
      (error: unknown) =>
        hasCode(error, 'upstream_unavailable') || hasCode(error, 'rate_limited')
          ? `${error.code} ${error.retryAfter ?? ''}`
          : String(error),
    );
  return { ...scene, grants, use };
}

/** Breaks these grants: the refresh tokens that they have now are never answered well. */
async function breakGrants(
  { emulator, app }: ManyGrants,
  grants: readonly string[],
  fault: Fault,
): Promise<FaultHandle> {
  const tokens = new Set<unknown>();
  for (const grant of grants) tokens.add((await app.strategy.credentials(grant)).refreshToken);
  const { when: _when, ...rest } = fault;
  return emulator.fault('token', {
    ...rest,
    when: ({ body }) => tokens.has((body as { refresh_token?: unknown }).refresh_token),
  });
}

test.each([1, 3, 10])(
  'defect 4: with %i broken grants among them, all others are refreshed',
  async (broken) => {
    const many = await expiredGrants(broken + 6);
    const { grants, use, pass } = many;
    const [healthy, ill] = [grants.slice(broken), grants.slice(0, broken)];
    await breakGrants(many, ill, DOWN);
    for (let round = 0; round < 3; round += 1) {
      pass(LIFETIME_MS + 1_000);
      for (let poll = 0; poll < 6; poll += 1) {
        for (const outcome of await Promise.all(ill.map(use))) expect(outcome).toMatch(/^upstream_unavailable/);
        pass(16_000);
      }
      expect(await Promise.all(healthy.map(use))).toEqual(healthy.map(() => 'ok'));
    }
  },
  60_000,
);

test('defect 4: in an outage of the whole tenant one grant a second is tried, and those that have not failed come first', async () => {
  const { emulator, grants, use, pass } = await expiredGrants(30);
  const outage = emulator.fault('token', DOWN);
  for (const grant of grants.slice(0, 5)) await use(grant);
  emulator.requests.clear();
  const startedAt = performance.now();
  for (let second = 0; second < 10; second += 1) {
    const outcomes = await Promise.all(grants.map(use));
    expect(outcomes.every((outcome) => outcome.startsWith('upstream_unavailable'))).toBe(true);
    pass(1_000);
  }
  const tried = emulator.requestsTo('token').map(({ body }) => (body as { refresh_token: string }).refresh_token);
  // Real seconds count too, where the machine is slow.
  expect(tried.length).toBeLessThanOrEqual(12 + (performance.now() - startedAt) / 1_000);
  expect(new Set(tried).size).toBe(tried.length);
  outage.remove();
  pass(1_000);
  expect(await use(grants.at(-1))).toBe('ok');
  pass(16_000);
  expect(await Promise.all(grants.map(use))).toEqual(grants.map(() => 'ok'));
}, 60_000);

test('defect 4, defect 30: a clock that is set back ten minutes makes no request wait', async () => {
  const { emulator, grants, use, shift, pass } = await expiredGrants(8);
  expect(await use(grants[7])).toBe('ok');
  pass(700_000);
  const outage = emulator.fault('token', DOWN);
  for (const grant of grants.slice(0, 6)) await use(grant);
  outage.remove();
  // The tokens have expired by the earlier time, too.
  shift(-600_000);
  expect(await use(grants[6])).toBe('ok');
});

test('defect 4: a 429 is not tried again at once, and pauses the whole tenant for as long as it says', async () => {
  const { emulator, grants, use, pass } = await expiredGrants(3);
  const limit = emulator.fault('token', { status: 429, headers: { 'Retry-After': '7' }, body: {} });
  expect(await use(grants[0])).toBe('rate_limited 7');
  expect(emulator.requestsTo('token').length).toBe(1);
  limit.remove();
  expect(await use(grants[1])).toBe('rate_limited 7');
  pass(6_000);
  expect(await use(grants[2])).toBe('rate_limited 1');
  expect(emulator.requestsTo('token').length).toBe(1);
  pass(1_000);
  expect(await use(grants[1])).toBe('ok');
  expect(await Promise.all([use(grants[0]), use(grants[2])])).toEqual(['ok', 'ok']);
});

test('defect 4: a 429 at the code exchange of a sign-in pauses the refreshes of its tenant', async () => {
  const { emulator, app, grants, use, pass } = await expiredGrants(2);
  emulator.fault('token', { status: 429, headers: { 'Retry-After': '7' }, body: {}, times: 1 });
  const browser = app.browser();
  const refused = await browser.get(await comeBack(emulator, await openLogin(browser)));
  expect([refused.status, refused.headers['retry-after']]).toEqual([503, '7']);
  expect(await use(grants[0])).toBe('rate_limited 7');
  expect(emulator.requestsTo('token').length).toBe(1);
  pass(7_000);
  expect(await Promise.all(grants.map(use))).toEqual(['ok', 'ok']);
});

test('defect 4: however many sign-ins meet a 429, refreshes are tried once the first pause is over', async () => {
  const { emulator, app, grants, use, pass } = await expiredGrants(2);
  const isExchange = ({ body }: { readonly body: unknown }): boolean =>
    (body as { grant_type?: unknown }).grant_type === 'authorization_code';
  emulator.fault('token', { status: 429, headers: { 'Retry-After': '7' }, body: {}, when: isExchange });
  for (let second = 0; second < 7; second += 1) {
    const browser = app.browser();
    expect((await browser.get(await comeBack(emulator, await openLogin(browser)))).status).toBe(503);
    expect(await use(grants[0])).toBe(`rate_limited ${7 - second}`);
    pass(1_000);
  }
  expect(await Promise.all(grants.map(use))).toEqual(['ok', 'ok']);
});

test('defect 4: a pause that is long over holds nothing up', async () => {
  const { emulator, grants, use, pass } = await expiredGrants(12);
  emulator.fault('token', { status: 429, body: {}, times: 1 });
  expect(await use(grants[0])).toBe('rate_limited 1');
  pass(90_000);
  const door = new Door();
  emulator.fault('token', { until: door.opened });
  const used = Promise.all(grants.map(use));
  await emulator.requests.waitFor('token', 1 + grants.length);
  door.open();
  expect(new Set(await used)).toEqual(new Set(['ok']));
});

test('defect 4: without Retry-After the pause grows from one second to thirty, and begins anew after a success', async () => {
  const { emulator, grants, use, pass } = await expiredGrants(9);
  const limit = emulator.fault('token', { status: 429, body: {} });
  const pauses: number[] = [];
  for (const grant of grants.slice(0, 7)) {
    expect(await use(grant)).toMatch(/^rate_limited/);
    const told = Number((await use(grants[8])).split(' ')[1]);
    pauses.push(told);
    pass(told * 1_000);
  }
  expect(pauses).toEqual([1, 2, 4, 8, 16, 30, 30]);
  expect(emulator.requestsTo('token').length).toBe(7);
  limit.remove();
  expect(await use(grants[7])).toBe('ok');
  emulator.fault('token', { status: 429, body: {}, times: 1 });
  await use(grants[8]);
  pass(1_000);
  expect(await use(grants[8])).toBe('ok');
});

test('defect 4: a 429 is no sign of health', async () => {
  const { emulator, grants, use, pass } = await expiredGrants(14);
  const failing = emulator.fault('token', DOWN);
  for (const grant of grants.slice(0, 4)) await use(grant);
  failing.remove();
  emulator.fault('token', { status: 429, body: {}, times: 1 });
  await use(grants[4]);
  pass(1_000);
  emulator.fault('token', DOWN);
  await use(grants[5]);
  emulator.requests.clear();
  // Five grants have failed in a row.
  const startedAt = performance.now();
  await Promise.all(grants.slice(6).map(use));
  expect(emulator.requestsTo('token').length).toBeLessThanOrEqual(2 + (performance.now() - startedAt) / 1_000);
});

test('defect 4: a call that was under way when the tenant said 429 does not end the pause', async () => {
  const scene = await expiredGrants(3);
  const { emulator, grants, use } = scene;
  const door = new Door();
  emulator.fault('token', { until: door.opened, times: 1 });
  const underWay = use(grants[0]);
  await emulator.requests.waitFor('token');
  emulator.fault('token', { status: 429, headers: { 'Retry-After': '30' }, body: {}, times: 1 });
  expect(await use(grants[1])).toBe('rate_limited 30');
  door.open();
  expect(await underWay).toBe('ok');
  expect(await use(grants[2])).toMatch(/^rate_limited/);
});
