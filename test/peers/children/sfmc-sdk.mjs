import SDK from 'sfmc-sdk';
import { answering } from './answering.mjs';
import { leadAllTo } from './lead-to.mjs';

let sdk;

answering({
  configure({ port, ...credentials }) {
    leadAllTo(port);
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

  soapRetrieveBulk({ type, properties, options }) {
    return sdk.soap.retrieveBulk(type, properties, options);
  },
});
