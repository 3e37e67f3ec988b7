import { describe, expect, test } from '@jest/globals';
import { itemsOf, restApp } from './rest-app';

const query = '/asset/v1/content/assets/query';
const client = restApp().as();

async function countOf(search: unknown): Promise<number> {
  const response = await client.post(query).send({ query: search });
  expect(response.status).toBe(200);
  return (response.body as { count: number }).count;
}

const typeIs = (id: number) => ({ property: 'assetType.id', simpleOperator: 'equal', value: id });

describe('querying assets with a body', () => {
  test('returns all assets for an empty query', async () => {
    const response = await client.post(query).send({});
    expect(response.body).toMatchObject({ count: 57, page: 1, pageSize: 50 });
  });

  test('pages, sorts and shows fields', async () => {
    const response = await client.post(query).send({
      page: { page: 2, pageSize: 25 },
      query: { property: 'id', simpleOperator: 'greaterThan', value: 0 },
      sort: [{ property: 'name', direction: 'DESC' }],
      fields: ['name'],
    });
    expect(response.body).toMatchObject({ count: 57, page: 2, pageSize: 25 });
    const names = itemsOf(response).map((asset) => asset.name);
    expect(names).toHaveLength(25);
    expect(names).toEqual([...names].sort().reverse());
    expect(itemsOf(response)[0]).not.toHaveProperty('owner');
  });

  test('joins comparisons with AND and OR', async () => {
    const [png, jpg] = [await countOf(typeIs(28)), await countOf(typeIs(23))];
    const join = (logicalOperator: string) => ({ leftOperand: typeIs(28), logicalOperator, rightOperand: typeIs(23) });
    expect(png).toBeGreaterThan(0);
    expect(await countOf(join('OR'))).toBe(png + jpg);
    expect(await countOf(join('and'))).toBe(0);
  });

  test.each([
    [{ property: 'assetType.name', simpleOperator: 'in', values: ['png', 'jpg'] }, 14],
    [{ property: 'assetType.id', simpleOperator: 'IN', value: [28, 23] }, 14],
    [{ property: 'assetType.id', simpleOperator: 'notEqual', value: 28 }, 50],
    [{ property: 'fileProperties.extension', simpleOperator: 'isNull' }, 36],
    [{ property: 'fileProperties.extension', simpleOperator: 'isNotNull' }, 21],
  ])('%j finds %i', async (search, count) => {
    expect(await countOf(search)).toBe(count);
  });

  test.each([
    ['property', { query: { property: 'shoeSize', simpleOperator: 'equal', value: 4 } }],
    ['simpleOperator', { query: { property: 'name', simpleOperator: 'smells', value: 'x' } }],
    ['value', { query: { property: 'name', simpleOperator: 'equal', value: { x: 1 } } }],
    ['value', { query: { property: 'name', simpleOperator: 'equal', value: ['x'] } }],
    ['logicalOperator', { query: { leftOperand: typeIs(1), logicalOperator: 'XOR', rightOperand: typeIs(2) } }],
    ['query', { query: { leftOperand: typeIs(1), logicalOperator: 'AND' } }],
    ['page.page', { page: { page: 0 } }],
    ['page.pageSize', { page: { pageSize: 'many' } }],
    ['page', { page: 2 }],
    ['sort', { sort: { property: 'name' } }],
    ['sort', { sort: [{ property: 'name', direction: 'UP' }] }],
    ['fields', { fields: 'name' }],
  ])('refuses a bad %s by name', async (name, body) => {
    const response = await client.post(query).send(body);
    expect(response.status).toBe(400);
    expect(response.body).toMatchObject({
      message: expect.stringContaining(`Parameter ${name} is invalid.`) as unknown,
      errorcode: 10001,
    });
  });

  test('refuses a query that is nested too deeply', async () => {
    let nested: unknown = typeIs(28);
    for (let depth = 0; depth < 60; depth += 1)
      nested = { leftOperand: nested, logicalOperator: 'OR', rightOperand: typeIs(23) };
    expect((await client.post(query).send({ query: nested })).status).toBe(400);
  });

  test('needs only a scope to read', async () => {
    const { as } = restApp();
    expect(
      (
        await as({ scopes: ['documents_and_images_read'] })
          .post(query)
          .send({})
      ).status,
    ).toBe(200);
    expect(
      (
        await as({ scopes: ['documents_and_images_write'] })
          .post(query)
          .send({})
      ).status,
    ).toBe(403);
  });
});
