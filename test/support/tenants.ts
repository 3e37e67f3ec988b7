import type { Emulator } from '../../src/emulator';
import { openLogin, type AttackOptions, type Scene } from './attack';
import type { TestApp } from './app';
import type { Browser } from './browser';
import { leadTo, type NameDispatcher } from './network';

/** The configured tenant and another one, with a user of each. */
export function tenantsOf({ world }: Emulator): { own: string; ownUser: string; other: string; otherUser: string } {
  const [own, other] = world.tenants;
  return {
    own: own?.subdomain ?? '',
    ownUser: own?.users[0]?.username ?? '',
    other: other?.subdomain ?? '',
    otherUser: other?.users[0]?.username ?? '',
  };
}

/** A callback's query of this browser's own, without a tenant. */
export async function freshQuery(browser: Browser): Promise<string> {
  return `code=CANARY-code&state=${(await openLogin(browser)).searchParams.get('state') ?? ''}`;
}

/** The tenants that the token calls so far went to. */
export function tokenCalls({ requests }: Emulator): (string | undefined)[] {
  return requests.to('token').map(({ subdomain }) => subdomain);
}

/** An app that takes the real host names to the emulator, and what it asked for. */
export async function atRealHosts(
  { emulator, another }: Pick<Scene, 'emulator' | 'another'>,
  options: AttackOptions['app'] = {},
): Promise<NameDispatcher & { readonly app: TestApp }> {
  const names = leadTo(emulator.port, emulator.ca ?? '');
  return {
    ...names,
    app: await another({ ...options, strategy: { ...options.strategy, dispatcher: names.dispatcher } }),
  };
}
