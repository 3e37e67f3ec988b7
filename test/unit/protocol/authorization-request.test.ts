import { expect, test } from '@jest/globals';
import { buildAuthorizationUrl, toCodeChallenge } from '../../../src/protocol/authorization-request';

const REQUEST = {
  authBaseUrl: 'https://mc.auth.marketingcloudapis.com',
  clientID: 'client',
  redirectUri: 'https://app.example.com/auth/callback?a=b',
  state: 'state-1',
};

test('an authorization request holds what RFC 6749 asks for and nothing else', () => {
  expect(buildAuthorizationUrl(REQUEST)).toBe(
    'https://mc.auth.marketingcloudapis.com/v2/authorize?response_type=code&client_id=client' +
      '&redirect_uri=https%3A%2F%2Fapp.example.com%2Fauth%2Fcallback%3Fa%3Db&state=state-1',
  );
});

test('scopes are separated by %20', () => {
  expect(buildAuthorizationUrl({ ...REQUEST, scope: ['offline', 'email_read'] })).toContain(
    '&scope=offline%20email_read&',
  );
});

test('a PKCE verifier is sent as its S256 challenge', () => {
  // RFC 7636, appendix B.
  const codeVerifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  expect(toCodeChallenge(codeVerifier)).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM');
  const url = buildAuthorizationUrl({ ...REQUEST, codeVerifier });
  expect(url).toContain('&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256&');
  expect(url).not.toContain(codeVerifier);
});

test('additional parameters are sent and replace none of the package’s own', () => {
  const extra = { prompt: 'login', acr: ['a', 'b'], max_age: 10, client_id: 'other', state: 'forged' };
  const query = new URL(buildAuthorizationUrl({ ...REQUEST, extra })).searchParams;
  expect(query.getAll('client_id')).toEqual(['client']);
  expect(query.getAll('state')).toEqual(['state-1']);
  expect([query.get('prompt'), query.getAll('acr'), query.get('max_age')]).toEqual(['login', ['a', 'b'], '10']);
});

test('what additional parameters inherit is not sent', () => {
  const extra = Object.create({ inherited: 'yes' }) as object;
  expect(buildAuthorizationUrl({ ...REQUEST, extra })).not.toContain('inherited');
});
