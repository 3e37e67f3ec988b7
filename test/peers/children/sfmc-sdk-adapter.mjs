import { createRequire } from 'node:module';
import { inspect } from 'node:util';
import SDK from 'sfmc-sdk';
import { Agent, buildConnector } from 'undici';
import { answering } from './answering.mjs';
import { leadAllTo } from './lead-to.mjs';

const require = createRequire(import.meta.url);
require('esbuild-register/dist/node').register();
const { sdkFor } = require('../../../src/sfmc-sdk.ts');
const { startApp } = require('../../support/app.ts');
const { ALL_FLAVOURS } = require('../../support/flavours.ts');

let app;
let sdk;
let aheadMs = 0;

/** Every host name leads to the emulator, for undici too. */
function leadTo(port) {
  leadAllTo(port);
  const connect = buildConnector({});
  return new Agent({
    connect: (options, callback) =>
      connect(
        { ...options, hostname: '127.0.0.1', port, servername: options.servername ?? options.hostname },
        callback,
      ),
  });
}

function called(client, method, args) {
  return sdk[client][method](...args);
}

answering({
  async start({ strategy, port }) {
    await app?.close();
    const dispatcher = port === undefined ? {} : { dispatcher: leadTo(port) };
    app = await startApp({
      flavour: ALL_FLAVOURS[0],
      strategy: { ...strategy, ...dispatcher, clock: () => Date.now() + aheadMs },
      routes: (express) => {
        express.get('/grant-id', (req, res) => res.json(req.marketingCloud.grantId));
        express.get('/context', (req, res, next) => {
          sdkFor(SDK, req.marketingCloud)
            .rest.get('/platform/v1/tokenContext')
            .then((context) => res.json(context), next);
        });
      },
    });
    return { origin: app.origin };
  },

  sdk({ grantId, options }) {
    sdk = sdkFor(SDK, app.strategy.grant(grantId), options);
    return { isTheirs: sdk instanceof SDK, isTheirAuth: typeof sdk.auth.getSupportedScopes === 'function' };
  },

  /** Moves the app's clock. */
  pass({ ms }) {
    aheadMs += ms;
  },

  /** The error of a call, as a log could show it at any depth. */
  async failure({ client, method, args = [] }) {
    const error = await called(client, method, args).then(
      () => undefined,
      (thrown) => thrown,
    );
    const { access_token: token } = await sdk.auth.getAccessToken();
    const printed = inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true });
    return {
      ...{ name: error?.name, message: error?.message, status: error?.response?.status },
      shows: printed.includes(token) || JSON.stringify(error).includes(token) || String(error?.stack).includes(token),
    };
  },

  forget({ grantId }) {
    return app.strategy.forget(grantId);
  },

  call: ({ client, method, args = [] }) => called(client, method, args),

  /** The same call so many times at once; of each what it gave, or why it failed. */
  async many({ client, method, args = [], times }) {
    const outcomes = await Promise.allSettled(Array.from({ length: times }, () => called(client, method, args)));
    return {
      failures: outcomes.flatMap(({ status, reason }) => (status === 'rejected' ? [String(reason)] : [])),
      answers: outcomes.flatMap(({ status, value }) => (status === 'fulfilled' ? [value] : [])),
    };
  },

  /** Everything that a log could show of the SDK, and what can be read by name. */
  async look() {
    const session = await sdk.auth.getAccessToken();
    return {
      printed: [
        inspect(sdk, { depth: 20, showHidden: true, getters: false }),
        JSON.stringify(sdk),
        JSON.stringify(session),
      ],
      session: { ...session },
      readable: { access_token: session.access_token, client_secret: session.client_secret },
    };
  },
});
