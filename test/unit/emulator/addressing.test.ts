import { describe, expect, test } from '@jest/globals';
import { parseLocation } from '../../../src/emulator/addressing';
import { getEndpoint } from '../../../src/emulator/request-log/endpoints';

const ORIGIN = 'https://127.0.0.1:8443';

describe('parseLocation', () => {
  test.each([
    ['127.0.0.1:8443', '/mcx/auth/v2/token', 'auth', 'mcx', '/v2/token', ''],
    ['127.0.0.1:8443', '/MCX/rest/a/b?c=/d?e', 'rest', 'mcx', '/a/b', '?c=/d?e'],
    ['127.0.0.1:8443', '/mcx/soap', 'soap', 'mcx', '/', ''],
    ['mcx.auth.marketingcloudapis.com', '/v2/token', 'auth', 'mcx', '/v2/token', ''],
    ['MCX.Rest.MarketingCloudApis.com:8443', '/a', 'rest', 'mcx', '/a', ''],
    ['mcx.login.exacttarget.com', '/hub-cas/login?service=x', 'login', 'mcx', '/hub-cas/login', '?service=x'],
    ['mcx.auth.marketingcloudapis.com', '/other/rest/x', 'auth', 'mcx', '/other/rest/x', ''],
    ['127.0.0.1:8443', 'https://127.0.0.1:8443/mcx/auth/v2/token?a', 'auth', 'mcx', '/v2/token', '?a'],
  ])('reads %s%s as %s of %s', (host, target, service, subdomain, path, search) => {
    expect(parseLocation(host, target, ORIGIN)).toMatchObject({ service, subdomain, path, search });
  });

  test.each([
    ['127.0.0.1:8443', '/'],
    ['127.0.0.1:8443', '/mcx/mail/v2/token'],
    ['127.0.0.1:8443', '/mc.x/auth/v2/token'],
    ['mcx.auth.marketingcloudapis.com.evil.example', '/v2/token'],
    ['a.mcx.auth.marketingcloudapis.com', '/v2/token'],
    ['mcx.auth.exacttarget.com', '/v2/token'],
  ])('finds nothing at %s%s', (host, target) => {
    expect(parseLocation(host, target, ORIGIN)).toBeUndefined();
  });

  test('returns base URLs in the style of the request', () => {
    const byPath = parseLocation('127.0.0.1:8443', '/mcx/auth/', ORIGIN);
    const byHost = parseLocation('mcx.auth.marketingcloudapis.com:9', '/', ORIGIN);
    expect(byPath?.baseUrls('rest', 'mcy')).toBe('https://127.0.0.1:8443/mcy/rest');
    expect(byHost?.baseUrls('rest', 'mcy')).toBe('https://mcy.rest.marketingcloudapis.com:9');
    expect(byHost?.baseUrls('login', 'mcy')).toBe('https://mcy.login.exacttarget.com:9');
  });
});

describe('getEndpoint', () => {
  test.each([
    ['auth', '/v2/token', 'token'],
    ['auth', '/v2/token/', 'token'],
    ['auth', '/v2/tokens', 'unknown'],
    ['login', '/hub-cas/logout', 'logout'],
    ['rest', '/platform/v1/endpoints/soap', 'endpoints'],
    ['rest', '/asset/v1/content/assets/1', 'assets'],
    ['rest', '/data/v1/customobjectdata/key/x/rowset', 'rowset'],
    ['rest', '/interaction/v1/interactions', 'interactions'],
    ['rest', '/hub/v1/x', 'rest'],
    ['soap', '/Service.asmx', 'soap'],
  ] as const)('calls %s%s %s', (service, path, endpoint) => {
    expect(getEndpoint(service, path)).toBe(endpoint);
  });
});
