import FuelRest from 'fuel-rest';
import FuelSoap from 'fuel-soap';
import FuelClient from 'sfmc-fuelsdk-node';
import { answering } from './answering.mjs';
import { leadAllTo } from './lead-to.mjs';

let rest;
let soap;
let client;

/** Calls a method that takes a callback. */
function call(object, method, ...details) {
  return new Promise((resolve, reject) => {
    object[method](...details, (error, answer) => (error ? reject(problemOf(error)) : resolve(answer)));
  });
}

/** fuel-soap's errors hold the whole response; the message and the results are enough. */
function problemOf(error) {
  const results = error.results === undefined ? '' : ` ${JSON.stringify(error.results)}`;
  return new Error(`${error.message}${results}`);
}

answering({
  configure({ clientId, clientSecret, authOrigin, port }) {
    if (port !== undefined) leadAllTo(port);
    const authOptions = { authVersion: 2, applicationType: 'server' };
    const auth = () => ({ clientId, clientSecret, authUrl: `${authOrigin}/v2/token`, authOptions });
    // With version 2 they take their base URLs from the token answer.
    rest = new FuelRest({ auth: auth() });
    soap = new FuelSoap({ auth: auth() });
    client = new FuelClient(clientId, clientSecret, null, { authOrigin, authOptions });
  },

  async restGet({ uri }) {
    const { res, body } = await rest.get({ uri, retry: true });
    return { status: res.statusCode, body };
  },

  async soapRetrieve({ type, properties, options }) {
    return (await call(soap, 'retrieve', type, properties, options)).body;
  },

  async soapWrite({ action, type, properties }) {
    return (await call(soap, action, type, properties, {})).body;
  },

  async soapDescribe({ type }) {
    return (await call(soap, 'describe', type)).body;
  },

  /** An object of the SDK, such as `folder`, and one of its methods. */
  async sdk({ object, method, options }) {
    return (await call(client[object](options), method)).body;
  },
});
