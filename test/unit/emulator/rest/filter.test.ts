import { describe, expect, test } from '@jest/globals';
import { restApp } from './rest-app';

const orders = '/data/v1/customobjectdata/key/Orders/rowset';
const assets = '/asset/v1/content/assets';

interface Order {
  readonly keys: { readonly orderid: string };
  readonly values: { readonly [name in 'subscriberkey' | 'total' | 'items' | 'orderdate' | 'paid']: string };
}

const client = restApp().as({ mid: 510001 });

async function ordersWhere(filter: string): Promise<Order[]> {
  const response = await client.get(orders, { $filter: filter });
  expect(response.status).toBe(200);
  return (response.body as { items?: Order[] }).items ?? [];
}

async function countOf(path: string, filter?: string): Promise<number> {
  const response = await client.get(path, filter === undefined ? {} : { $filter: filter });
  expect(response.status).toBe(200);
  return (response.body as { count: number }).count;
}

async function messageFor(filter: string): Promise<string> {
  const response = await client.get(assets, { $filter: filter });
  expect(response.status).toBe(400);
  return (response.body as { message: string }).message;
}

describe('comparing', () => {
  test('eq finds text in any letter case', async () => {
    const found = await ordersWhere("OrderID EQ '510001-o-00042'");
    expect(found.map((order) => order.keys.orderid)).toEqual(['510001-O-00042']);
  });

  test('neq finds all others', async () => {
    expect(await countOf(orders, "paid neq 'True'")).toBe(await countOf(orders, 'paid eq False'));
  });

  test.each([
    ['lt', 'gte', (total: number) => total < 20.5],
    ['lte', 'gt', (total: number) => total <= 20.5],
    ['gt', 'lte', (total: number) => total > 20.5],
    ['gte', 'lt', (total: number) => total >= 20.5],
  ])('%s compares numbers by size, not by letters', async (operator, opposite, holds) => {
    const found = await ordersWhere(`total ${operator} 20.50 and orderid like '510001-O-000%'`);
    expect(found.length).toBeGreaterThan(0);
    expect(found.every((order) => holds(Number(order.values.total)))).toBe(true);
    const rest = await countOf(orders, `total ${opposite} 20.50 and orderid like '510001-O-000%'`);
    expect(found.length + rest).toBe(99);
  });

  test('compares dates by time, in server time without a zone', async () => {
    const before = await countOf(orders, "orderdate lt '2025-01-01'");
    const after = await countOf(orders, "orderdate gte '2025-01-01T06:00:00Z'");
    expect(before).toBeGreaterThan(0);
    expect(before + after).toBe(await countOf(orders));
  });

  test('a number is not compared with text', async () => {
    expect(await countOf(orders, 'items gt many')).toBe(0);
  });

  test('like finds part of the text', async () => {
    const found = await ordersWhere("orderid like 'o-0004'");
    expect(found).toHaveLength(10);
  });

  test.each([
    ['%-00042', 1],
    ['510001-O-0004%', 10],
    ['%O-0004%', 10],
    ['510001%0042', 1],
    ['510%-O%0042', 1],
    ['O-00042%', 0],
    ['510001-O-00042%00042', 0],
  ])('like %s takes the percent sign for anything', async (pattern, count) => {
    expect(await countOf(orders, `orderid like '${pattern}'`)).toBe(count);
  });

  test('in finds any of a list, numbers too', async () => {
    expect(await countOf(assets, 'assetType.id in (207, 208,209)')).toBe(
      await countOf(assets, "assetType.name in ('templatebasedemail','htmlemail', \"textonlyemail\")"),
    );
    expect(await countOf(assets, 'assetType.id in (208)')).toBeLessThan(
      await countOf(assets, 'assetType.id in (207,208)'),
    );
  });

  test('an absent field equals nothing', async () => {
    const withFiles = await countOf(assets, 'fileProperties.fileSize gte 0');
    expect(withFiles).toBeGreaterThan(0);
    expect(await countOf(assets, 'fileProperties.extension neq png')).toBe(
      57 - (await countOf(assets, 'assetType.id eq 28')),
    );
  });
});

describe('joining', () => {
  const [png, jpg, pdf] = ['assetType.id eq 28', 'assetType.id eq 23', 'assetType.id eq 127'];

  test('and binds more tightly than or', async () => {
    const both = await countOf(assets, `${png} or ${jpg} and ${pdf}`);
    expect(both).toBe(await countOf(assets, png));
    expect(await countOf(assets, `(${png} or ${jpg}) and ${pdf}`)).toBe(0);
  });

  test('or adds assets, and removes some', async () => {
    const sum = (await countOf(assets, png)) + (await countOf(assets, jpg)) + (await countOf(assets, pdf));
    expect(await countOf(assets, `${png} or ${jpg} OR (${pdf})`)).toBe(sum);
    expect(await countOf(assets, `${png} and name like 'no such name'`)).toBe(0);
  });

  test('words of the grammar are values in quotes', async () => {
    expect(await countOf(assets, "name neq ') or ('")).toBe(57);
  });
});

describe('quoting', () => {
  test('a doubled quote is one quote', async () => {
    const { as } = restApp();
    const writer = as();
    await writer.post(assets).send({ name: 'Editor\'s "choice"', assetType: { id: 197 } });
    for (const filter of [`name eq 'Editor''s "choice"'`, 'name eq "Editor\'s ""choice"""']) {
      expect((await writer.get(assets, { $filter: filter })).body).toMatchObject({ count: 1 });
    }
  });
});

describe('refusing', () => {
  test.each([
    ['', 'Expected a field, found the end.'],
    ['name', 'Expected an operator, found the end.'],
    ['name eq', 'Expected a value, found the end.'],
    ['name eq )', 'Expected a value, found ).'],
    ['name is sale', 'is is not one of eq, neq, lt, lte, gt, gte, like, in.'],
    ["name 'eq' sale", 'eq is not one of'],
    ["'name' eq sale", 'name is not a field to filter by.'],
    ['assetType eq png', 'assetType is not a field to filter by.'],
    ['constructor eq 1', 'constructor is not a field to filter by.'],
    ["name eq 'sale", 'A quote is not closed.'],
    ['name eq sale name eq tent', 'Expected and, or, or the end, found name.'],
    ['name eq sale and', 'Expected a field, found the end.'],
    ['(name eq sale', 'Expected ), found the end.'],
    ['name in sale', 'Expected (, found sale.'],
    ['name in ()', 'Expected a value, found ).'],
    ['name in (a b)', 'Expected ), found b.'],
  ])('%s says: %s', async (filter, why) => {
    const message = await messageFor(filter);
    expect(message).toContain('Parameter $filter is invalid.');
    expect(message).toContain(why);
  });

  test('parentheses that are nested too deeply are refused', async () => {
    expect(await messageFor(`${'('.repeat(2000)}name eq sale${')'.repeat(2000)}`)).toContain('nested deeper than 50');
    expect(await countOf(assets, `${'('.repeat(50)}id gt 0${')'.repeat(50)}`)).toBe(57);
  });
});
