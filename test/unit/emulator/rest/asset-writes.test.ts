import { describe, expect, test } from '@jest/globals';
import { documentation, insufficientPrivileges, itemsOf, restApp } from './rest-app';
import type { Item } from './rest-app';

const assets = '/asset/v1/content/assets';
const block = { name: 'Late Summer Note', assetType: { name: 'htmlblock' }, content: '<p>Hello</p>' };

describe('creating an asset', () => {
  test('sets its id, key, creator and time', async () => {
    const { as, clock } = restApp();
    clock.ms = Date.UTC(2026, 5, 1, 3, 4, 5, 678);
    const response = await as()
      .post(assets)
      .send({ ...block, id: 1, memberId: 1, unheard: true });

    expect(response.status).toBe(201);
    expect(response.body).toMatchObject({
      ...block,
      assetType: { id: 197, name: 'htmlblock', displayName: 'HTML Block' },
      createdDate: '2026-05-31T21:04:05.678-06:00',
      createdBy: { id: 7, email: 'editor-7@example.com' },
      memberId: 510001,
      enterpriseId: 500000,
      status: { name: 'Draft' },
    });
    expect((response.body as Item).id).toBeGreaterThan(1000);
    expect(response.body).not.toHaveProperty('unheard');
  });

  test('adds it to the lists of its business unit only', async () => {
    const { as } = restApp();
    const created = (await as().post(assets).send(block)).body as Item;
    expect((await as().get(`${assets}/${created.id}`)).body).toEqual(created);
    expect((await as().get(assets)).body).toMatchObject({ count: 58 });
    expect((await as({ mid: 510002 }).get(assets)).body).toMatchObject({ count: 57 });
  });

  test('does not change another emulator', async () => {
    await restApp().as().post(assets).send(block);
    expect((await restApp().as().get(assets)).body).toMatchObject({ count: 57 });
  });

  test.each([
    ['name', { ...block, name: undefined }],
    ['name', { ...block, name: 'x'.repeat(201) }],
    ['assetType', { ...block, assetType: { name: 'spreadsheet' } }],
    ['assetType', { ...block, assetType: 'htmlblock' }],
    ['category', { ...block, category: 'Brand' }],
    ['customerKey', { ...block, customerKey: 7 }],
    ['body', [block]],
  ])('refuses a bad %s by name', async (name, body) => {
    const response = await restApp().as().post(assets).send(body);
    expect(response.status).toBe(400);
    expect(response.body).toMatchObject({
      message: expect.stringContaining(`Parameter ${name} is invalid.`) as unknown,
      errorcode: 10001,
    });
  });

  test('refuses a customer key that exists', async () => {
    const client = restApp().as();
    await client.post(assets).send({ ...block, customerKey: 'late-summer' });
    const response = await client.post(assets).send({ ...block, customerKey: 'Late-Summer' });
    expect(response.status).toBe(409);
    expect(response.body).toMatchObject({ errorcode: 30004, documentation });
  });

  test('refuses a body that is not JSON or too large', async () => {
    const client = restApp().as();
    expect((await client.post(assets).type('json').send('{"name":')).body).toEqual({
      message: 'The request body is not valid JSON.',
      errorcode: 10000,
      documentation,
    });
    expect((await client.post(assets).type('text/plain').send('name')).status).toBe(415);
    const large = await client.post(assets).send({ ...block, content: 'x'.repeat(4 * 1024 * 1024) });
    expect(large.status).toBe(413);
    expect(large.body).toMatchObject({ message: 'The request body is too large.', documentation });
  });

  test.each([
    ['saved_content_write', { id: 197 }, 201],
    ['saved_content_write', { id: 208 }, 201],
    ['email_write', { id: 208 }, 201],
    ['email_write', { id: 197 }, 403],
    ['documents_and_images_write', { id: 28 }, 201],
    ['documents_and_images_write', { id: 208 }, 403],
    ['saved_content_read', { id: 197 }, 403],
  ])('with %s and type %j answers %i', async (scope, assetType, status) => {
    const response = await restApp()
      .as({ scopes: [scope] })
      .post(assets)
      .send({ ...block, assetType });
    expect(response.status).toBe(status);
  });

  test('checks permissions before the body', async () => {
    const response = await restApp().as({ scopes: [] }).post(assets).type('json').send('{"name":');
    expect(response.status).toBe(403);
    expect(response.body).toEqual(insufficientPrivileges);
  });
});

describe('changing an asset', () => {
  test('changes only what the body names', async () => {
    const { as, clock } = restApp();
    const [before] = itemsOf(await as().get(assets));
    clock.ms = Date.UTC(2026, 5, 1, 12, 0, 0);
    const response = await as()
      .patch(`${assets}/${before?.id ?? ''}`)
      .send({ description: 'Newer', assetType: { id: 4 }, category: { id: 12 } });

    expect(response.status).toBe(200);
    expect(response.body).toEqual({
      ...before,
      description: 'Newer',
      category: { id: 12, name: 'Folder 12', parentId: 0 },
      modifiedDate: '2026-06-01T06:00:00-06:00',
      modifiedBy: { id: 7, email: 'editor-7@example.com', name: 'Content Editor 7', userId: '7' },
    });
    expect((await as().get(`${assets}/${before?.id ?? ''}`)).body).toEqual(response.body);
  });

  test('can keep its customer key, but not use another asset’s', async () => {
    const client = restApp().as();
    const [one, two] = itemsOf(await client.get(assets));
    const path = `${assets}/${one?.id ?? ''}`;
    expect((await client.patch(path).send({ customerKey: one?.customerKey })).status).toBe(200);
    expect((await client.patch(path).send({ customerKey: two?.customerKey })).status).toBe(409);
  });

  test('needs a scope to write', async () => {
    const { as } = restApp();
    const [asset] = itemsOf(await as().get(assets));
    const reader = as({ scopes: ['documents_and_images_read', 'email_write'] });
    expect((await reader.patch(`${assets}/${asset?.id ?? ''}`).send({ name: 'Mine' })).status).toBe(403);
  });
});

describe('deleting an asset', () => {
  test('answers 200 without a body, and the asset no longer exists', async () => {
    const client = restApp().as();
    const [asset] = itemsOf(await client.get(assets));
    const response = await client.delete(`${assets}/${asset?.id ?? ''}`);
    expect([response.status, response.text]).toEqual([200, '']);
    expect((await client.get(`${assets}/${asset?.id ?? ''}`)).status).toBe(404);
    expect((await client.delete(`${assets}/${asset?.id ?? ''}`)).status).toBe(404);
    expect((await client.get(assets)).body).toMatchObject({ count: 56 });
  });

  test('needs a scope to write', async () => {
    const { as } = restApp();
    const [asset] = itemsOf(await as().get(assets));
    const reader = as({ scopes: ['documents_and_images_read'] });
    expect((await reader.delete(`${assets}/${asset?.id ?? ''}`)).status).toBe(403);
    expect((await as().get(assets)).body).toMatchObject({ count: 57 });
  });
});
