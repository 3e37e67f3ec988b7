import https from 'node:https';
import SDK from 'sfmc-sdk';
import { answering } from './answering.mjs';

let sdk;

answering({
  configure({ port, ...credentials }) {
    // Every host name leads to the emulator; certificates and names are checked as ever.
    const { createConnection } = https.globalAgent;
    https.globalAgent.createConnection = (options, callback) =>
      createConnection.call(
        https.globalAgent,
        { ...options, host: '127.0.0.1', port, servername: options.servername ?? options.host },
        callback,
      );
    sdk = new SDK(credentials, { requestAttempts: 2, retryOnConnectionError: false });
  },

  getAccessToken({ force }) {
    return sdk.auth.getAccessToken(force);
  },

  get({ path }) {
    return sdk.rest.get(path);
  },

  getBulk({ path, pageSize }) {
    return sdk.rest.getBulk(path, pageSize);
  },
});
