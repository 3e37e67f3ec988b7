import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { restApp } from './rest-app';

describe('on Express 4', () => {
  let emulator: ReturnType<typeof restApp>;

  beforeAll(async () => {
    jest.doMock('express', () => jest.requireActual('express4'));
    const fresh = await import('./rest-app');
    emulator = fresh.restApp();
  });

  test('loads Express 4', () => {
    expect(emulator.app).toHaveProperty('lazyrouter');
  });

  test('lists, creates and refuses as on Express 5', async () => {
    const assets = '/asset/v1/content/assets';
    const client = emulator.as();
    expect((await client.get(`${assets}?%24page=2&$filter=id%20gt%200`)).body).toMatchObject({ count: 57, page: 2 });
    expect((await client.post(assets).send({ name: 'New', assetType: { id: 197 } })).status).toBe(201);
    expect((await client.post(assets).send({ name: 'New' })).status).toBe(400);
    expect((await client.post(assets).type('json').send('{')).body).toMatchObject({ errorcode: 10000 });
    expect((await client.post(assets)).status).toBe(415);
    expect((await emulator.as({ scopes: [] }).get(assets)).status).toBe(403);
  });

  test('reads keys from the path', async () => {
    const client = emulator.as();
    const rows = [{ keys: { SubscriberKey: 'x' }, values: { Language: 'en-US' } }];
    expect((await client.post('/hub/v1/dataevents/key:Preferences/rowset').send(rows)).body).toEqual(rows);
    const response = await client.get('/data/v1/customobjectdata/key/Preferences/rowset', {
      $filter: 'subscriberkey eq x',
    });
    expect(response.body).toMatchObject({ count: 1 });
  });
});
