import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { expect, test } from '@jest/globals';
import { Agent } from 'undici';
import { gate, grantScene, LIFETIME_MS } from '../support/grant-scene';

const TOP = 510_001_000;
const EUROPE = 510_001_101;

/** The business unit that the tokens of a grant act in, as the API says it. */
async function actsIn(grant: ReturnType<Awaited<ReturnType<typeof grantScene>>['app']['strategy']['grant']>) {
  const { organization } = await grant.rest.get<{ organization: { id: number } }>('/platform/v1/tokenContext');
  return organization.id;
}

/** Sends everything on, token calls without their `account_id`: a server that leaves it alone. */
function withoutAccountId(): { request: (options: object) => Promise<never>; close: () => Promise<void> } {
  const agent = new Agent();
  return {
    request: (options) => {
      const { body } = options as { body?: unknown };
      const stripped = typeof body === 'string' ? body.replace(/,"account_id":\d+/, '') : body;
      return agent.request({ ...options, body: stripped } as never) as Promise<never>;
    },
    close: () => agent.close(),
  };
}

test('defect 13: a switch that userinfo does not confirm leaves the old business unit over tokens of the old one', async () => {
  const dispatcher = withoutAccountId();
  const { emulator, app, grantId } = await grantScene({ strategy: { dispatcher } });
  const grant = app.strategy.grant(grantId);
  const outage = emulator.fault('userinfo', { status: 500, body: {} });
  await expect(grant.switchBusinessUnit(EUROPE)).rejects.toMatchObject({ code: 'upstream_unavailable' });
  expect((await grant.credentials()).businessUnitId).toBe(TOP);
  outage.remove();
  expect((await grant.credentials()).businessUnitId).toBe(TOP);
  expect(await actsIn(grant)).toBe(TOP);
  await expect(grant.switchBusinessUnit(EUROPE)).rejects.toMatchObject({ code: 'business_unit_denied' });
  expect((await grant.credentials()).businessUnitId).toBe(TOP);
  await dispatcher.close();
});

test('defect 13: while userinfo is silent after a switch, credentials wait for a moment only', async () => {
  const { emulator, app, grantId } = await grantScene({ strategy: { timeout: 60_000 } });
  const grant = app.strategy.grant(grantId);
  emulator.fault('userinfo', { status: 500, body: {}, times: 1 });
  await expect(grant.switchBusinessUnit(EUROPE)).rejects.toMatchObject({ code: 'upstream_unavailable' });
  const { opened, open } = gate();
  emulator.fault('userinfo', { until: opened });
  expect((await grant.credentials()).businessUnitId).toBe(TOP);
  open();
  // Its answer may take longer than a request waits.
  let unit = TOP;
  while (unit !== EUROPE) unit = (await grant.credentials()).businessUnitId;
  expect(emulator.requestsTo('userinfo')).toHaveLength(2);
});

test('defect 13: once userinfo answers, credentials say the business unit that the tokens act in', async () => {
  const { emulator, app, grantId, pass } = await grantScene();
  const grant = app.strategy.grant(grantId);
  const outage = emulator.fault('userinfo', { status: 500, body: {} });
  await expect(grant.switchBusinessUnit(EUROPE)).rejects.toMatchObject({ code: 'upstream_unavailable' });
  expect((await grant.credentials()).businessUnitId).toBe(TOP);
  // The unconfirmed switch is dropped at the next refresh, not before.
  pass(LIFETIME_MS + 1_000);
  expect((await grant.credentials()).businessUnitId).toBe(TOP);
  outage.remove();
  expect((await grant.credentials()).businessUnitId).toBe(EUROPE);
  expect(await actsIn(grant)).toBe(EUROPE);
  emulator.requests.clear();
  expect((await grant.credentials()).businessUnitId).toBe(EUROPE);
  expect(emulator.requestsTo('userinfo')).toHaveLength(0);
});

test.each([
  ['denied', { status: 403, body: { error: 'insufficient_scope' } }, 'business_unit_denied'],
  ['refused without a reason', { status: 400, body: { error: 'invalid_request' } }, 'invalid_response'],
])('defect 16: a switch that is %s is no failed refresh, and publishes none', async (_what, fault, code) => {
  const { emulator, app, grantId } = await grantScene();
  const events: unknown[] = [];
  const hear = (event: unknown): void => void events.push(event);
  subscribe('passport-marketing-cloud:refresh-failed', hear);
  emulator.fault('token', { ...fault, times: 1 });
  await expect(app.strategy.grant(grantId).switchBusinessUnit(EUROPE)).rejects.toMatchObject({ code });
  expect(events).toEqual([]);
  emulator.fault('token', { status: 500, body: {}, times: 2 });
  await expect(app.strategy.grant(grantId).switchBusinessUnit(EUROPE)).rejects.toMatchObject({
    code: 'upstream_unavailable',
  });
  unsubscribe('passport-marketing-cloud:refresh-failed', hear);
  expect(events).toMatchObject([{ code: 'upstream_unavailable', willRetry: true }]);
});
