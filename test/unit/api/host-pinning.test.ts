import { describe, expect, test } from '@jest/globals';
import { toTenantUrl } from '../../../src/api/host-pinning';

const REST = 'https://mcx.rest.marketingcloudapis.com';
const SOAP = 'https://mcx.soap.marketingcloudapis.com';
const BY_PATH = 'http://127.0.0.1:4000/mcx/rest';

describe('a path', () => {
  test.each([
    ['/asset/v1/content/assets', {}, `${REST}/asset/v1/content/assets`],
    ['/a?x=1', { $page: 2, on: true, none: undefined }, `${REST}/a?x=1&%24page=2&on=true`],
    ['/a', { id: ['1', '2'] }, `${REST}/a?id=1&id=2`],
    [`${SOAP}/Service.asmx`, {}, `${SOAP}/Service.asmx`],
  ])('%s with %j', (path, query, url) => expect(toTenantUrl(path, [REST, SOAP], query)).toBe(url));

  test('is appended to a base URL with a path of its own, and stays under it, not under another one', () => {
    const soap = BY_PATH.replace('rest', 'soap');
    expect(toTenantUrl('/asset', [BY_PATH, soap])).toBe(`${BY_PATH}/asset`);
    expect(toTenantUrl(`${soap}/x`, [BY_PATH, soap])).toBe(`${soap}/x`);
    for (const path of ['/../soap/x', '/%2e%2e/soap', '/..', '/../rest-too/x']) {
      expect(() => toTenantUrl(path, [BY_PATH, soap])).toThrow(TypeError);
    }
  });

  test.each([
    ...[
      '//evil.com/x',
      'https://evil.com',
      '/\\evil.com',
      '/..//evil',
      '@evil.com',
      'asset',
      '',
      '/a b',
      '/ä',
      '/a\r\nHost: e',
      '/a#b',
    ],
    ...[
      `${REST}.evil.com/x`,
      `https://u:p@mcx.rest.marketingcloudapis.com/x`,
      `${REST}:8443/x`,
      'http://mcx.rest.marketingcloudapis.com/x',
    ],
    ...[undefined, null, 7, {}],
  ])('%p is refused', (path) => expect(() => toTenantUrl(path, [REST, SOAP])).toThrow(TypeError));
});
