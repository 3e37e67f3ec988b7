import { describe, expect, test } from '@jest/globals';
import express from 'express';
import type { NextFunction, Request, Response } from 'express';
import request from 'supertest';
import { createSharedData } from '../../../../src/emulator/data/shared-data';
import { createRestRoutes } from '../../../../src/emulator/rest/rest-routes';
import { settleOptions } from '../../../../src/emulator/settle-options';
import { documentation, insufficientPrivileges, itemsOf, restApp } from './rest-app';

const assets = '/asset/v1/content/assets';

describe('listing assets', () => {
  test('returns the first fifty, sorted by id, and the count of all', async () => {
    const response = await restApp().as().get(assets);

    expect(response.status).toBe(200);
    expect(response.body).toMatchObject({ count: 57, page: 1, pageSize: 50, links: {} });
    const ids = itemsOf(response).map((asset) => asset.id);
    expect(ids).toHaveLength(50);
    expect(ids).toEqual([...ids].sort((a, b) => a - b));
  });

  test('shows an asset as Content Builder does', async () => {
    const [asset] = itemsOf(await restApp().as().get(assets));

    expect(asset).toMatchObject({
      customerKey: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[\da-f]{4}-[\da-f]{12}$/) as unknown,
      assetType: { id: 28, name: 'png', displayName: 'PNG' },
      owner: { email: expect.stringMatching(/@example\.com$/) as unknown },
      createdDate: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,3})?-06:00$/) as unknown,
      enterpriseId: 500000,
      memberId: 510001,
      status: { id: expect.any(Number) as unknown, name: expect.any(String) as unknown },
      category: { id: expect.any(Number) as unknown, name: expect.any(String) as unknown },
    });
  });

  test('pages through all of them without gaps or repeats', async () => {
    const client = restApp().as();
    const pages = await Promise.all([1, 2, 3].map((page) => client.get(assets, { $page: page, $pageSize: 20 })));

    const ids = pages.flatMap((page) => itemsOf(page).map((asset) => asset.id));
    expect(pages.map((page) => itemsOf(page).length)).toEqual([20, 20, 17]);
    expect(new Set(ids).size).toBe(57);
  });

  test('returns an empty page after the last one', async () => {
    const response = await restApp().as().get(assets, { $page: 9 });
    expect(response.body).toMatchObject({ count: 57, page: 9, items: [] });
  });

  test('reduces a page size above 500 and names the reduced one', async () => {
    const response = await restApp().as().get(assets, { $pageSize: 5000 });
    expect(response.body).toMatchObject({ pageSize: 500 });
    expect(itemsOf(response)).toHaveLength(57);
  });

  test('reads parameters with an encoded dollar and in any letter case', async () => {
    const response = await restApp().as().get(`${assets}?%24page=2&$pagesize=30`);
    expect(response.body).toMatchObject({ page: 2, pageSize: 30 });
    expect(itemsOf(response)).toHaveLength(27);
  });

  test('shows the requested fields, and those that identify an asset', async () => {
    const [asset] = itemsOf(await restApp().as().get(assets, { $fields: 'name, status.name,unheard' }));
    expect(Object.keys(asset ?? {}).sort()).toEqual(
      ['assetType', 'customerKey', 'id', 'modelVersion', 'name', 'status'].sort(),
    );
    expect(asset).toMatchObject({ status: { name: expect.any(String) as unknown } });
    expect(asset).not.toHaveProperty('status.id');
  });

  test('sorts by several fields', async () => {
    const response = await restApp().as().get(assets, { $orderBy: 'assetType.name desc, createdDate', $pageSize: 57 });

    const keys = itemsOf(response).map((asset) => ({ type: asset.assetType.name, at: Date.parse(asset.createdDate) }));
    const sorted = [...keys].sort((a, b) => (a.type === b.type ? a.at - b.at : a.type < b.type ? 1 : -1));
    expect(keys).toEqual(sorted);
    expect(new Set(keys.map((key) => key.type)).size).toBe(9);
  });

  test.each([
    ['$page', '0'],
    ['$page', 'two'],
    ['$pageSize', '-1'],
    ['$pageSize', '1.5'],
    ['$orderBy', 'shoeSize'],
    ['$orderBy', 'name sideways'],
    ['$filter', 'name'],
    ['$filter', 'shoeSize eq 4'],
  ])('refuses %s=%s by name', async (name, value) => {
    const response = await restApp()
      .as()
      .get(assets, { [name]: value });
    expect(response.status).toBe(400);
    expect(response.body).toEqual({
      message: expect.stringContaining(`Parameter ${name} is invalid.`) as unknown,
      errorcode: 10001,
      documentation,
    });
  });

  test('refuses a repeated parameter', async () => {
    const response = await restApp().as().get(`${assets}?$page=1&$page=2`);
    expect(response.status).toBe(400);
    expect(response.body).toMatchObject({ message: expect.stringContaining('$page') as unknown });
  });
});

describe('business units', () => {
  test('have different assets', async () => {
    const { as } = restApp();
    const [one, two] = await Promise.all(
      [as({ mid: 510001 }), as({ mid: 510002 })].map((client) => client.get(assets)),
    );

    const idsOfOne = new Set(itemsOf(one ?? { body: {} }).map((asset) => asset.id));
    const itemsOfTwo = itemsOf(two ?? { body: {} });
    expect(itemsOfTwo.some((asset) => idsOfOne.has(asset.id))).toBe(false);
    expect(new Set(itemsOfTwo.map((asset) => asset.memberId))).toEqual(new Set([510002]));
  });

  test('have the same assets at every start', async () => {
    const [first, second] = await Promise.all([restApp(), restApp()].map(({ as }) => as().get(assets)));
    expect(first?.body).toEqual(second?.body);
  });

  test('do not see each other’s assets by id', async () => {
    const { as } = restApp();
    const [asset] = itemsOf(await as({ mid: 510001 }).get(assets));
    const response = await as({ mid: 510002 }).get(`${assets}/${asset?.id ?? ''}`);
    expect(response.status).toBe(404);
  });
});

describe('getting one asset', () => {
  test('returns the same as the list', async () => {
    const client = restApp().as();
    const [asset] = itemsOf(await client.get(assets));
    const response = await client.get(`${assets}/${asset?.id ?? ''}`);
    expect(response.body).toEqual(asset);
  });

  test('answers 404 for an unknown id and 400 for an invalid one', async () => {
    const client = restApp().as();
    expect((await client.get(`${assets}/1`)).body).toMatchObject({ errorcode: 30003, documentation });
    expect((await client.get(`${assets}/one`)).body).toMatchObject({ errorcode: 10001 });
  });
});

describe('permissions for assets', () => {
  test('need a token', async () => {
    const response = await request(restApp().app).get(assets);
    expect(response.status).toBe(401);
    expect(response.body).toEqual({ message: 'Not Authorized', errorcode: 0, documentation });
  });

  test('need a scope for content', async () => {
    const response = await restApp()
      .as({ scopes: ['journeys_read', 'saved_content_write'] })
      .get(assets);
    expect(response.status).toBe(403);
    expect(response.body).toEqual(insufficientPrivileges);
  });

  test('need the permission of the user besides the scope of the token', async () => {
    const response = await restApp()
      .as({ user: ['journeys_read'] })
      .get(assets);
    expect(response.status).toBe(403);
  });

  test('include every asset with documents_and_images_read', async () => {
    const response = await restApp()
      .as({ scopes: ['documents_and_images_read'] })
      .get(assets);
    expect(response.body).toMatchObject({ count: 57 });
  });

  test.each([
    ['email_read', ['htmlemail', 'templatebasedemail', 'textonlyemail']],
    ['saved_content_read', ['htmlblock', 'template', 'textblock']],
  ])('with %s reach the assets of that kind only', async (scope, types) => {
    const response = await restApp()
      .as({ scopes: [scope] })
      .get(assets);
    expect([...new Set(itemsOf(response).map((asset) => asset.assetType.name))].sort()).toEqual(types);
    expect(response.body).toMatchObject({ count: itemsOf(response).length });
  });

  test('answer 403 for one asset of another kind', async () => {
    const { as } = restApp();
    const [picture] = itemsOf(await as().get(assets, { $filter: 'assetType.name eq png' }));
    const response = await as({ scopes: ['email_read'] }).get(`${assets}/${picture?.id ?? ''}`);
    expect(response.status).toBe(403);
  });
});

test('passes unknown paths on to the next handler', async () => {
  const { app } = restApp();
  app.use((_req, res) => void res.status(299).end());
  expect((await request(app).get('/platform/v1/tokenContext')).status).toBe(299);
});

test('passes unexpected errors on to the app', async () => {
  const app = express();
  app.use(
    createRestRoutes({
      ...createSharedData(),
      listRules: settleOptions({}),
      getCaller: () => {
        throw new Error('the store of tokens is gone');
      },
      now: () => 0,
    }),
  );
  app.use((error: Error, _req: Request, res: Response, next: NextFunction) => {
    if (res.headersSent) next(error);
    else res.status(500).json({ seen: error.message });
  });
  expect((await request(app).get(assets)).body).toEqual({ seen: 'the store of tokens is gone' });
});
