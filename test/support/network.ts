import { createHook } from 'node:async_hooks';
import { Agent, buildConnector } from 'undici';

/** What this process has done on the network since the watch began. */
export interface NetworkWatch {
  /** Connections that were begun, those of the test's own browsers too. */
  readonly connections: number;
  readonly lookups: number;
  readonly stop: () => void;
}

const CONNECTING = new Set(['TCPCONNECTWRAP', 'PIPECONNECTWRAP', 'UDPSENDWRAP']);
const LOOKING_UP = new Set(['GETADDRINFOREQWRAP', 'GETNAMEINFOREQWRAP', 'QUERYWRAP']);

/** Watches at the lowest place there is in Node, below every library. */
export function watchNetwork(): NetworkWatch {
  let connections = 0;
  let lookups = 0;
  const hook = createHook({
    init: (_id, type) => {
      if (CONNECTING.has(type)) connections += 1;
      if (LOOKING_UP.has(type)) lookups += 1;
    },
  }).enable();
  return {
    get connections() {
      return connections;
    },
    get lookups() {
      return lookups;
    },
    stop: () => void hook.disable(),
  };
}

/** A dispatcher for real host names, without a name server. */
export interface NameDispatcher {
  readonly dispatcher: Agent;
  /** The connections that it was asked for, such as `https://mcx.auth.marketingcloudapis.com`. */
  readonly asked: string[];
}

/** Leads every host name to one port on loopback; certificates are checked for the name, with `ca` as their authority. */
export function leadTo(port: number, ca: string): NameDispatcher {
  const asked: string[] = [];
  const connect = buildConnector({ ca });
  const dispatcher = new Agent({
    connect: (options, callback) => {
      const { protocol, hostname, servername } = options;
      asked.push(`${protocol}//${hostname}${options.port === '' ? '' : `:${options.port}`}`);
      connect({ ...options, hostname: '127.0.0.1', port: String(port), servername: servername ?? hostname }, callback);
    },
  });
  return { dispatcher, asked };
}
