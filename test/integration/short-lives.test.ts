import { expect, test } from '@jest/globals';
import { Door } from '../support/door';
import { count, grantScene } from '../support/grant-scene';

test('defect 19: tokens that live 40 seconds are replaced in the background, and no request waits', async () => {
  const { emulator, app, browser, grantId, pass } = await grantScene({
    emulator: { expiresInSeconds: 40, accessTokenLifetimeSeconds: 60 },
  });
  const statuses: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const door = new Door();
    const held = emulator.fault('token', { until: door.opened, times: 1 });
    pass(22_000);
    statuses.push(...(await Promise.all([1, 2, 3].map(() => browser.get('/api')))).map(({ status }) => status));
    await emulator.requests.waitFor('token', round + 1);
    const { accessToken } = await app.strategy.credentials(grantId);
    door.open();
    held.remove();
    while ((await app.strategy.credentials(grantId)).accessToken === accessToken);
  }
  expect(count(statuses)).toEqual({ 200: 15 });
  expect(emulator.requestsTo('token').length).toBe(5);
});
