import type { Dispatcher } from 'undici';
import { createIdentity } from './identity';
import { createTrustingDispatcher } from './trusting-dispatcher';

/** The certificate for https, and clients that trust it. */
export interface Tls {
  readonly key: string;
  readonly cert: string;
  /** The authority's certificate, in PEM. */
  readonly ca: string;
  /** Creates an undici dispatcher that connects to a port and trusts the authority. */
  readonly createDispatcher: (port: number) => Dispatcher;
  readonly close: () => Promise<void>;
}

/** Creates keys and certificates, new ones at every start. */
export async function createTls(): Promise<Tls> {
  const identity = await createIdentity();
  const { Agent, buildConnector } = await import('undici');
  const agents: Dispatcher[] = [];
  return {
    ...identity,
    createDispatcher: (port) => {
      const agent = createTrustingDispatcher({ Agent, buildConnector }, identity.ca, port);
      agents.push(agent);
      return agent;
    },
    close: async () => {
      await Promise.all(agents.map((agent) => agent.destroy()));
    },
  };
}
