import { describe, expect, test } from '@jest/globals';
import { itemsOf, restApp } from './rest-app';
import type { Item } from './rest-app';

const assets = '/asset/v1/content/assets';

async function ofType(name: string): Promise<Readonly<Record<string, unknown>>> {
  const [asset] = itemsOf(
    await restApp()
      .as()
      .get(assets, { $filter: `assetType.name eq ${name}` }),
  );
  return { ...asset };
}

describe('an asset', () => {
  test('of the kind email has its Classic Content members, twice', async () => {
    const email = await ofType('htmlemail');
    expect(email).toMatchObject({
      legacyData: { legacyType: 'email', legacyKey: email['customerKey'], legacyId: expect.any(Number) as unknown },
      data: { email: { legacy: email['legacyData'] } },
    });
    expect(await ofType('htmlblock')).not.toHaveProperty('legacyData');
  });

  test.each([
    ['png', { extension: 'png', width: expect.any(Number) }],
    ['pdf', { extension: 'pdf', fileSize: expect.any(Number) }],
    ['htmlblock', { fileName: expect.any(String) }],
    ['textblock', { fileName: expect.any(String) }],
    ['htmlemail', undefined],
    ['template', undefined],
  ])('of type %s has the file properties %j', async (name, properties) => {
    const asset = await ofType(name);
    if (properties === undefined) expect(asset).not.toHaveProperty('fileProperties');
    else expect(asset['fileProperties']).toMatchObject(properties);
  });

  test('always has a description', async () => {
    const client = restApp().as();
    const listed = itemsOf(await client.get(assets, { $pageSize: 500 }));
    const created = await client.post(assets).send({ name: 'New', assetType: { id: 208 } });
    const replaced = await client.put(`${assets}/${listed[0]?.id ?? ''}`).send({ name: 'Other' });
    for (const asset of [...listed, created.body, replaced.body]) {
      expect(asset).toHaveProperty('description', expect.any(String));
    }
  });

  test('that is a file has its content in base64, and others have none', async () => {
    const client = restApp().as();
    const [picture] = itemsOf(await client.get(assets, { $filter: 'assetType.name eq png' }));
    const file = await client.get(`${assets}/${picture?.id ?? ''}/file`);
    expect([file.status, file.type]).toEqual([200, 'text/plain']);
    expect(Buffer.from(file.text, 'base64').toString()).toContain('.png');
    const [block] = itemsOf(await client.get(assets, { $filter: 'assetType.name eq htmlblock' }));
    expect((await client.get(`${assets}/${block?.id ?? ''}/file`)).status).toBe(404);
  });
});

describe('replacing an asset', () => {
  test('keeps members set by the server and clears those that the body does not name', async () => {
    const { as, clock } = restApp();
    const [before] = itemsOf(await as().get(assets, { $filter: 'assetType.name eq htmlblock' }));
    clock.ms = Date.UTC(2026, 5, 1, 12, 0, 0, 120);
    const path = `${assets}/${before?.id ?? ''}`;
    const replaced = await as().put(path).send({ name: 'Whole', content: '<p>New</p>', id: 5 });
    expect(replaced.status).toBe(200);
    expect(replaced.body).toMatchObject({
      id: before?.id,
      customerKey: before?.customerKey,
      assetType: before?.assetType,
      createdDate: before?.createdDate,
      name: 'Whole',
      content: '<p>New</p>',
      description: '',
      modifiedDate: '2026-06-01T06:00:00.12-06:00',
    });
    expect(replaced.body).not.toHaveProperty('design');
    expect((await as().get(path)).body).toEqual(replaced.body);
  });

  test('needs a name and a scope to write', async () => {
    const { as } = restApp();
    const [asset] = itemsOf(await as().get(assets));
    const path = `${assets}/${asset?.id ?? ''}`;
    expect((await as().put(path).send({ description: 'Only' })).status).toBe(400);
    const reader = as({ scopes: ['documents_and_images_read'] });
    expect((await reader.put(path).send({ name: 'Mine' })).status).toBe(403);
    expect(((await as().get(path)).body as Item).name).toBe(asset?.name);
  });
});

describe('the asset query', () => {
  const query = { property: 'assetType.id', simpleOperator: 'in', value: [28, 23, 127] };

  test('case P3: pages by the body, not by the URL', async () => {
    const client = restApp().as();
    const ask = async (page: number) =>
      client.post(`${assets}/query?$page=3`).send({ page: { page, pageSize: 8 }, query, fields: ['category'] });
    const answers = [await ask(1), await ask(2), await ask(3)];
    expect(answers.map(({ body }) => body as unknown)).toMatchObject([
      { count: 21, page: 1, pageSize: 8 },
      { count: 21, page: 2, pageSize: 8 },
      { count: 21, page: 3, pageSize: 8 },
    ]);
    const ids = answers.flatMap((answer) => itemsOf(answer).map(({ id }) => id));
    expect(new Set(ids).size).toBe(21);
  });

  test('always shows names, and finds no shared assets', async () => {
    const client = restApp().as();
    const [first] = itemsOf(await client.post(`${assets}/query`).send({ query, fields: ['createdDate'] }));
    expect(first?.name).toEqual(expect.any(String));
    const shared = await client.post(`${assets}/query?scope=shared`).send({ query });
    expect(shared.body).toMatchObject({ count: 0, items: [] });
  });
});
