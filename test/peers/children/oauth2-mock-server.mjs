import { OAuth2Server } from 'oauth2-mock-server';
import { answering } from './answering.mjs';

let server;

answering({
  async start() {
    server = new OAuth2Server();
    await server.issuer.keys.generate('RS256');
    await server.start(0, '127.0.0.1');
    return { issuer: `http://127.0.0.1:${server.address().port}` };
  },

  /** Lets the next token request fail with an error of RFC 6749. */
  refuseNext({ error }) {
    server.service.once('beforeResponse', (response) => {
      response.statusCode = 400;
      response.body = { error };
    });
  },
});
