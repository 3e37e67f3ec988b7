import { describe, expect, test } from '@jest/globals';
import { createPlainType } from '../../../../src/emulator/soap/soap-type';

const NIL_PARTNER_KEY = '<PartnerKey xsi:nil="true" />';
const NIL_OBJECT_ID = '<ObjectID xsi:nil="true" />';

const THING = createPlainType({
  name: 'Thing',
  scope: 'things_read',
  properties: {
    Name: 'text',
    Since: 'date',
    'Locale.LocaleCode': 'text',
    'TimeZone.ID': 'number',
    'TimeZone.Name': 'text',
    'Client.ID': 'number',
    'Client.ModifiedBy': 'number',
    CustomerKey: 'text',
    ObjectID: 'text',
    Parts: 'objects',
  },
  list: () => [],
});

describe('an object of an answer', () => {
  test('has its keys first, empty when they are not requested', () => {
    expect(THING.write({ Name: 'A', CustomerKey: 'k', ObjectID: 'o' }, ['Name', 'CustomerKey'])).toBe(
      `${NIL_PARTNER_KEY}${NIL_OBJECT_ID}<CustomerKey>k</CustomerKey><Name>A</Name>`,
    );
    expect(THING.write({ Name: 'A', ObjectID: 'o' }, ['Name', 'ObjectID'])).toBe(
      `${NIL_PARTNER_KEY}<ObjectID>o</ObjectID><Name>A</Name>`,
    );
  });

  test('has the client before its keys, and the client has no keys', () => {
    expect(THING.write({ 'Client.ID': 7, 'Client.ModifiedBy': 3 }, ['Client.ModifiedBy', 'Client.ID'])).toBe(
      `<Client><ID>7</ID><ModifiedBy>3</ModifiedBy></Client>${NIL_PARTNER_KEY}${NIL_OBJECT_ID}`,
    );
  });

  test('has inner objects with their own keys, one element for all their properties', () => {
    const written = THING.write({ 'TimeZone.ID': 3, 'TimeZone.Name': 'London' }, ['TimeZone.Name', 'TimeZone.ID']);
    expect(written).toBe(
      `${NIL_PARTNER_KEY}${NIL_OBJECT_ID}<TimeZone>${NIL_PARTNER_KEY}<ID>3</ID>${NIL_OBJECT_ID}<Name>London</Name></TimeZone>`,
    );
  });

  test('has lists of objects', () => {
    const parts = { element: 'Part', objects: [{ Name: 'x' }, { Name: 'y & z' }] };
    expect(THING.write({ Parts: parts }, ['Parts'])).toBe(
      `${NIL_PARTNER_KEY}${NIL_OBJECT_ID}<Parts><Part>${NIL_PARTNER_KEY}${NIL_OBJECT_ID}<Name>x</Name></Part><Part>${NIL_PARTNER_KEY}${NIL_OBJECT_ID}<Name>y &amp; z</Name></Part></Parts>`,
    );
  });

  test.each([
    ['2024-03-01T12:00:00.000Z', '2024-03-01T06:00:00'],
    ['2024-03-01T12:00:00.640Z', '2024-03-01T06:00:00.64'],
    ['2024-03-01T12:00:10.007Z', '2024-03-01T06:00:10.007'],
  ])('writes %s in server time without zeros at the end', (date, written) => {
    expect(THING.write({ Since: new Date(date) }, ['Since'])).toContain(`<Since>${written}</Since>`);
  });

  test('has no element for an absent property, and an empty element for empty text', () => {
    expect(THING.write({ Name: '' }, ['Name', 'CustomerKey'])).toBe(`${NIL_PARTNER_KEY}${NIL_OBJECT_ID}<Name />`);
  });
});
