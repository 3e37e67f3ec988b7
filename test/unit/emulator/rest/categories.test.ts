import { describe, expect, test } from '@jest/globals';
import { itemsOf, restApp } from './rest-app';

const categories = '/asset/v1/content/categories';
const assets = '/asset/v1/content/assets';

interface Category {
  readonly id: number;
  readonly name: string;
  readonly parentId: number;
}

const categoriesOf = (response: { body: unknown }) => (response.body as { items: Category[] }).items;

describe('the categories of Content Builder', () => {
  test('are listed with their root, and can be filtered by their parent', async () => {
    const client = restApp().as();
    const all = await client.get(categories);
    const root = categoriesOf(all).find(({ name }) => name === 'Content Builder');
    expect(root).toEqual({
      id: expect.any(Number) as unknown,
      description: '',
      enterpriseId: 500000,
      memberId: 510001,
      name: 'Content Builder',
      parentId: 0,
      categoryType: 'asset',
    });
    const below = await client.get(categories, { $pagesize: 20, $filter: `parentId eq ${root?.id ?? ''}` });
    expect(categoriesOf(below).map(({ name }) => name)).toEqual(['Brand', 'Campaigns', 'Archive']);
  });

  test('are those that assets name', async () => {
    const client = restApp().as();
    const ids = categoriesOf(await client.get(categories)).map(({ id }) => id);
    const used = itemsOf(await client.get(assets)).map(
      (asset) => (asset as unknown as { category: Category }).category,
    );
    expect(used.every(({ id, name }) => ids.includes(id) && name !== '')).toBe(true);
  });

  test('are created under another, renamed, moved and deleted', async () => {
    const client = restApp().as();
    const [root, brand] = categoriesOf(await client.get(categories));
    const created = await client.post(categories).send({ Name: 'Pictures', ParentId: root?.id });
    expect(created.status).toBe(201);
    const { id } = created.body as Category;
    expect(created.body).toMatchObject({ name: 'Pictures', parentId: root?.id, categoryType: 'asset' });
    const moved = await client.put(`${categories}/${id}`).send({ id, name: 'Photos', parentId: brand?.id });
    expect(moved.body).toMatchObject({ id, name: 'Photos', parentId: brand?.id });
    expect((await client.get(`${categories}/${id}`)).body).toEqual(moved.body);
    expect((await client.delete(`${categories}/${id}`)).status).toBe(200);
    expect((await client.get(`${categories}/${id}`)).status).toBe(404);
  });

  test('are refused without a parent, without a name, and for the root', async () => {
    const client = restApp().as();
    const [root] = categoriesOf(await client.get(categories));
    expect((await client.post(categories).send({ name: 'Pictures' })).status).toBe(404);
    expect((await client.post(categories).send({ parentId: root?.id })).status).toBe(400);
    expect((await client.delete(`${categories}/${root?.id ?? ''}`)).status).toBe(400);
    const reader = restApp().as({ scopes: ['documents_and_images_read'] });
    expect((await reader.post(categories).send({ name: 'Pictures', parentId: root?.id })).status).toBe(403);
  });
});
