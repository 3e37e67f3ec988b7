import { isIP } from 'node:net';
import type { Agent as AgentClass, buildConnector as BuildConnector, Dispatcher } from 'undici';

/** The two parts of undici that are needed; it is loaded only when https is asked for. */
export interface Undici {
  readonly Agent: typeof AgentClass;
  readonly buildConnector: typeof BuildConnector;
}

/**
 * A dispatcher for clients of the emulator: every host name leads to its port on 127.0.0.1, and its authority is trusted.
 * Names are still checked against the certificate, so a client that asks for a wrong host fails as it would in earnest.
 */
export function createTrustingDispatcher({ Agent, buildConnector }: Undici, ca: string, port: number): Dispatcher {
  const connect = buildConnector({ ca });
  return new Agent({
    connect: (options, callback) => {
      const name = options.servername ?? options.hostname;
      // TLS knows no server name for an address.
      const servername = isIP(name) === 0 ? name : '';
      connect({ ...options, hostname: '127.0.0.1', port: String(port), servername }, callback);
    },
  });
}
