import { isIP } from 'node:net';
import type { Agent as AgentClass, buildConnector as BuildConnector, Dispatcher } from 'undici';

/** The parts of undici that are used. They are passed in, because undici is loaded only for https. */
export interface Undici {
  readonly Agent: typeof AgentClass;
  readonly buildConnector: typeof BuildConnector;
}

/**
 * Creates a dispatcher that connects every host name to the emulator's port on 127.0.0.1 and trusts its authority. The
 * host name is still checked against the certificate, so a request to a wrong host fails as in production.
 */
export function createTrustingDispatcher({ Agent, buildConnector }: Undici, ca: string, port: number): Dispatcher {
  const connect = buildConnector({ ca });
  return new Agent({
    connect: (options, callback) => {
      const name = options.servername ?? options.hostname;
      // TLS allows no IP address as a server name.
      const servername = isIP(name) === 0 ? name : '';
      connect({ ...options, hostname: '127.0.0.1', port: String(port), servername }, callback);
    },
  });
}
