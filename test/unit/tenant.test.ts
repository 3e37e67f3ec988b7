import { describe, expect, test } from '@jest/globals';
import { faultOfTemplate, isBaseUrl, parseSubdomain, createTenant } from '../../src/tenant';

const TEMPLATE = 'https://{subdomain}.{service}.marketingcloudapis.com';

describe('a subdomain', () => {
  test.each([
    ['mc563885gzs27c5t9-63k636ttgm', 'mc563885gzs27c5t9-63k636ttgm'],
    ['mcngbdhb7xy---qf--74j71213j1', 'mcngbdhb7xy---qf--74j71213j1'],
    ['MCABC', 'mcabc'],
    ['a', 'a'],
  ])('%s is one label', (given, label) => expect(parseSubdomain(given)).toBe(label));

  test.each([
    ...[
      '',
      '-mc',
      'mc-',
      'xn--a',
      'mc_x',
      'mc.x',
      'mc/x',
      'mc x',
      'ｍｃx',
      'mсx',
      'mc\u212a',
      'a'.repeat(64),
      '__proto__',
    ],
    ...[undefined, null, 7, ['mc'], {}],
  ])('%p is none', (given) => expect(parseSubdomain(given)).toBeUndefined());
});

describe('a template', () => {
  test.each([
    TEMPLATE,
    'http://127.0.0.1:4000/{subdomain}/{service}',
    'http://localhost:4000/x/{subdomain}/{service}/',
    'https://proxy.example.com/mc/{subdomain}/{service}',
    'http://[::1]:1/{service}/{subdomain}',
  ])('%s is fine', (template) => expect(faultOfTemplate(template)).toBeUndefined());

  test.each([
    ['http://{subdomain}.{service}.marketingcloudapis.com', /https/],
    ['https://{subdomain}.{service}.marketingcloudapis.com:8443', /port/],
    ['https://user@{subdomain}.{service}.example.com', /user name/],
    [`${TEMPLATE}?x`, /query/],
    [`${TEMPLATE}#x`, /query/],
    ['https://{subdomain}.example.com', /\{service\}/],
    ['https://{subdomain}.example.com/{service}', /both/],
    ['https://{subdomain}.{service}', /domain/],
    ['https://{subdomain}{subdomain}.{service}.example.com', /once/],
    ['ftp://127.0.0.1/{subdomain}/{service}', /https?:/],
    ['/{subdomain}/{service}', /URL/],
    ['https://example.com\\{subdomain}/{service}', /URL/],
  ])('%s is refused', (template, why) => expect(faultOfTemplate(template)).toMatch(why));
});

test.each([
  ['HTTP://127.0.0.1:4000/{subdomain}/{service}', 'http://127.0.0.1:4000/mcx/rest'],
  ['https://{subdomain}.{service}.MarketingCloudAPIs.com/', 'https://mcx.rest.marketingcloudapis.com'],
  ['https://{subdomain}.{service}.marketingcloudapis.com:443', 'https://mcx.rest.marketingcloudapis.com'],
])('base URLs of %s are those that requests go to', (template, restBaseUrl) => {
  expect(faultOfTemplate(template)).toBeUndefined();
  expect(createTenant(template, 'mcx').restBaseUrl).toBe(restBaseUrl);
});

describe('a returned base URL', () => {
  const { restBaseUrl } = createTenant(TEMPLATE, 'mcx');

  test.each([
    'https://mcx.rest.marketingcloudapis.com',
    'mcx.rest.marketingcloudapis.com/',
    'HTTPS://MCX.rest.marketingcloudapis.com/',
  ])('%s is the expected one', (given) => expect(isBaseUrl(given, restBaseUrl)).toBe(true));

  test.each([
    ...[
      'http://mcx.rest.marketingcloudapis.com',
      'https://mcy.rest.marketingcloudapis.com',
      'https://mcx.rest.marketingcloudapis.com//',
    ],
    ...[
      'https://mcx.rest.marketingcloudapis.com:443',
      '//mcx.rest.marketingcloudapis.com',
      'https://mcx.rest.marketingcloudapis.com/x',
      '',
    ],
  ])('%s is not', (given) => expect(isBaseUrl(given, restBaseUrl)).toBe(false));

  test('with a path of its own must have the very same path', () => {
    const { soapBaseUrl } = createTenant('http://127.0.0.1:4000/{subdomain}/{service}', 'mcx');
    expect(soapBaseUrl).toBe('http://127.0.0.1:4000/mcx/soap');
    expect([`${soapBaseUrl}/`, '127.0.0.1:4000/mcx/soap'].map((given) => isBaseUrl(given, soapBaseUrl))).toEqual([
      true,
      true,
    ]);
    expect(
      ['http://127.0.0.1:4000/MCX/soap', 'http://127.0.0.1:4000'].map((given) => isBaseUrl(given, soapBaseUrl)),
    ).toEqual([false, false]);
  });
});
