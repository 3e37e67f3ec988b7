import { createServer } from 'node:http';
import Provider from 'oidc-provider';
import { answering } from './answering.mjs';

let provider;

answering({
  async start({ client, pkceRequired }) {
    const server = createServer();
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const issuer = `http://127.0.0.1:${server.address().port}`;
    provider = new Provider(issuer, {
      clients: [{ ...client, grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'] }],
      // Names are made up from the login, which its development pages take as it is.
      findAccount: (_ctx, sub) => ({
        accountId: sub,
        claims: () => ({ sub, name: `User ${sub}`, preferred_username: sub, email: `${sub}@people.example` }),
      }),
      claims: { openid: ['sub'], profile: ['name', 'preferred_username'], email: ['email'] },
      cookies: { keys: ['a key for tests'] },
      features: { revocation: { enabled: true } },
      issueRefreshToken: (_ctx, asking) => asking.grantTypeAllowed('refresh_token'),
      rotateRefreshToken: true,
      pkce: { required: () => pkceRequired },
    });
    server.on('request', provider.callback());
    return { issuer };
  },

  /** Loses an access token and nothing else, as after a restart of its store. */
  async loseAccessToken({ token }) {
    await (await provider.AccessToken.find(token)).destroy();
  },
});
