import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createApp, type AppConfig } from './app';
import { localBus, type Bus } from './bus';
import { ConfigError } from './config-error';
import { homeAt } from './demo-users';
import { listen } from './listen';
import type { Prepared } from './prepare';
import { openStores } from './stores';

/** A process that answers requests. */
export interface Serving {
  /** Where a browser finds it. */
  readonly url: string;
  readonly callbackURL: string;
  /** The port on 127.0.0.1. */
  readonly port: number;
  /** Where sessions and grants are. */
  readonly storedWhere: string;
  readonly close: () => Promise<void>;
}

const CALLBACK_PATH = '/auth/callback';
/** Enough for all the pages, and `offline` so that the tokens live on when the user leaves Marketing Cloud. */
const SCOPE = [
  ...['offline', 'email_read', 'documents_and_images_read', 'saved_content_read', 'data_extensions_read'],
  ...['list_and_subscribers_read', 'accounts_read'],
];

/**
 * Has this process answer requests on 127.0.0.1.
 *
 * @param bus leads to the other processes, where there are any
 * @throws ConfigError when a setting is bad, the port is not to be had or a store does not answer
 */
export async function serve(
  prepared: Prepared,
  report: (text: string) => void,
  bus: Bus = localBus(),
): Promise<Serving> {
  const { config, certificate } = prepared;
  const stores = await openStores(config, report);
  const server = certificate === undefined ? createHttpServer() : createHttpsServer(certificate);
  const closeServer = async (): Promise<void> => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };
  try {
    const port = await listen(server, config.port);
    const { strategy, emulator } = placeOf(prepared, port);
    const { app, close } = createApp({
      strategy: {
        ...strategy,
        vault: stores.vault,
        ...(config.encryptionKey !== undefined && { encryptionKey: config.encryptionKey }),
      },
      sessionSecret: config.sessionSecret,
      sessions: stores.sessions,
      storedWhere: stores.about,
      trustProxy: config.mode === 'tenant' && certificate === undefined,
      ...(emulator !== undefined && { emulator }),
      report,
      bus,
    });
    server.on('request', app as RequestListener);
    return {
      url: new URL(strategy.callbackURL).origin,
      callbackURL: strategy.callbackURL,
      port,
      storedWhere: stores.about,
      close: async () => {
        await closeServer();
        await close();
        await stores.close();
      },
    };
  } catch (error) {
    if (server.listening) await closeServer();
    await stores.close();
    throw inVariables(error);
  }
}

function placeOf({ config, emulator }: Prepared, port: number): Pick<AppConfig, 'strategy' | 'emulator'> {
  if (config.mode === 'emulator') {
    if (emulator === undefined) throw new Error('There is no emulator.');
    const url = `http://127.0.0.1:${port}`;
    return {
      strategy: { ...emulator.strategy, callbackURL: `${url}${CALLBACK_PATH}`, scope: SCOPE },
      emulator: homeAt(emulator.facts, `${url}/`),
    };
  }
  const { subdomain, clientID, clientSecret, callback, scope } = config;
  return {
    strategy: {
      subdomain,
      clientID,
      callbackURL: callback?.url ?? `https://127.0.0.1:${port}${CALLBACK_PATH}`,
      ...(clientSecret !== undefined && { clientSecret }),
      ...(scope !== undefined && { scope }),
    },
  };
}

const VARIABLES: Readonly<Record<string, string>> = {
  subdomain: 'MC_SUBDOMAIN',
  clientID: 'MC_CLIENT_ID',
  clientSecret: 'MC_CLIENT_SECRET',
  callbackURL: 'MC_CALLBACK_URL',
  scope: 'MC_SCOPE',
  encryptionKey: 'ENCRYPTION_KEY',
};

/** The strategy names its options; whoever set the environment knows the variables. */
function inVariables(error: unknown): unknown {
  if (!(error instanceof TypeError)) return error;
  return new ConfigError(error.message.replace(/^Option (\w+)/, (said, name: string) => VARIABLES[name] ?? said));
}
