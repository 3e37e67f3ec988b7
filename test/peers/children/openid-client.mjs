import * as client from 'openid-client';
import { answering } from './answering.mjs';

let config;
let expected;

answering({
  configure({ authBaseUrl, clientID, clientSecret }) {
    // Marketing Cloud has no discovery document and no issuer of its own: the metadata is written by hand.
    const server = {
      issuer: authBaseUrl,
      authorization_endpoint: `${authBaseUrl}/v2/authorize`,
      token_endpoint: `${authBaseUrl}/v2/token`,
    };
    config =
      clientSecret === undefined
        ? new client.Configuration(server, clientID, undefined, client.None())
        : new client.Configuration(server, clientID, clientSecret);
    client.allowInsecureRequests(config);
  },

  async authorizeUrl({ redirectUri, scope }) {
    expected = { pkceCodeVerifier: client.randomPKCECodeVerifier(), expectedState: client.randomState() };
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope,
      state: expected.expectedState,
      code_challenge: await client.calculatePKCECodeChallenge(expected.pkceCodeVerifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href };
  },

  forgetVerifier() {
    expected.pkceCodeVerifier = client.randomPKCECodeVerifier();
  },

  async exchange({ callback }) {
    return plain(await client.authorizationCodeGrant(config, new URL(callback), expected));
  },

  async refresh({ refreshToken }) {
    return plain(await client.refreshTokenGrant(config, refreshToken));
  },

  async read({ accessToken, url }) {
    const response = await client.fetchProtectedResource(config, accessToken, new URL(url), 'GET');
    return { status: response.status, body: await response.json() };
  },
});

/** The answer with what openid-client makes of it, without its methods. */
function plain(tokens) {
  return { ...tokens, expiresIn: tokens.expiresIn() };
}
