import { expect, test } from '@jest/globals';
import { knownFaults } from '../../src/emulator';
import { grantedAt } from '../support/granted';
import { LIFETIME_MS, grantScene } from '../support/grant-scene';
import { emulate } from '../support/scene';
import { watchEvents } from '../support/watch-events';

const ASSETS = '/asset/v1/content/assets';
const READER = { strategy: { scope: ['offline', 'documents_and_images_read'] } };
const NOW = { headers: { 'Retry-After': '0' }, times: 1 };

test('a call that is made once more is published with its API, its status and what Retry-After said', async () => {
  const emulator = await emulate();
  const { grant } = await grantedAt(emulator, READER);
  emulator.fault('assets', { ...knownFaults.rateLimited, ...NOW });
  emulator.fault('assets', { ...knownFaults.unavailable, ...NOW, headers: { 'Retry-After': '1' } });
  const events = watchEvents('call-retried', 'call-refused');
  await grant.rest.get(ASSETS, { query: { $filter: "name eq 'maya.lind@example.com'" } });
  const call = { strategy: 'marketing-cloud', method: 'GET', api: '/asset/v1' };
  expect(events.map(([name]) => name)).toEqual(['call-retried', 'call-retried']);
  expect(events.map(([, { attempt }]) => attempt)).toEqual([2, 3]);
  const byStatus = new Map(events.map(([, event]) => [event['status'], event]));
  expect(byStatus.get(429)).toMatchObject({ ...call, waitMs: 0 });
  expect(byStatus.get(503)).toMatchObject({ ...call, waitMs: 1_000 });
  expect(JSON.stringify(events)).not.toContain('example.com');
});

test('a call whose token was replaced is published as made once more, without a wait', async () => {
  const { emulator, app, grantId, shift } = await grantScene(READER);
  // The token is old enough to be the reason for a 401.
  shift(LIFETIME_MS / 4);
  emulator.fault('assets', { ...knownFaults.notAuthorized, times: 1 });
  const events = watchEvents('call-retried', 'refresh-finished');
  await app.strategy.grant(grantId).rest.get(ASSETS);
  expect(events).toMatchObject([
    ['refresh-finished', { rotated: true }],
    ['call-retried', { status: 401, attempt: 2, waitMs: 0, api: '/asset/v1' }],
  ]);
});

test.each([
  ['/asset/v1/content/assets', 'assets', '/asset/v1'],
  ['/contacts/v1/contacts/maya.lind@example.com', 'rest', '/contacts/v1'],
  ['/maya.lind@example.com/v1/x', 'rest', 'other'],
  ['/maya/lind', 'rest', 'other'],
] as const)(
  'a refused call of rest to %s names only its API and Marketing Cloud’s answer',
  async (path, endpoint, api) => {
    const emulator = await emulate();
    const { grant } = await grantedAt(emulator, READER);
    emulator.fault(endpoint, { status: 403, body: { message: 'Not for maya.lind', errorcode: 30_003 } });
    const events = watchEvents('call-retried', 'call-refused');
    await expect(grant.rest.post(path, { body: {} })).rejects.toMatchObject({ code: 'api_error' });
    const { subdomain } = emulator.strategyOptions();
    expect(events).toEqual([
      [
        'call-refused',
        {
          ...{ strategy: 'marketing-cloud', grant: expect.any(String), subdomain },
          ...{ method: 'POST', api, status: 403, errorcode: 30_003 },
        },
      ],
    ]);
  },
);

test('a refused call of fetch is published without its error number, since the body is its caller’s', async () => {
  const emulator = await emulate();
  const { grant } = await grantedAt(emulator, READER);
  emulator.fault('soap', knownFaults.soapRateLimited);
  const events = watchEvents('call-refused');
  const { soapBaseUrl } = await grant.credentials();
  const answer = await grant.fetch(`${soapBaseUrl}/Service.asmx`, { method: 'POST', body: '<Envelope/>' });
  expect(await answer.text()).toContain('Rate Limited');
  expect(events).toMatchObject([['call-refused', { method: 'POST', api: 'soap', status: 500, errorcode: undefined }]]);
});

test('a call that succeeds publishes nothing', async () => {
  const { grant } = await grantedAt(await emulate(), READER);
  const events = watchEvents();
  await grant.rest.get(ASSETS);
  await (await grant.fetch(ASSETS)).text();
  expect(events).toEqual([]);
});
