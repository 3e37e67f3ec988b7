import type { Emulator } from 'passport-marketing-cloud/emulator';
import type { EmulatorFacts } from './site';

/** The data extensions that every business unit of the emulator has. */
const DATA_EXTENSIONS = ['Subscribers', 'Orders', 'Order Lines', 'Preferences', 'Suppressions'];

/**
 * What the pages say about an emulator: who may sign in, and what is to be seen as whom. `home` is the app's own start,
 * which `homeAt` may tell later.
 */
export function emulatorFacts(emulator: Emulator, home = ''): EmulatorFacts {
  const { subdomain, clientID } = emulator.strategyOptions();
  const { enterpriseName, businessUnits, users } = emulator.world.tenant(subdomain);
  const { unlicensedUsers } = emulator.world.package(clientID).settings.seen;
  const facts = {
    users: users.map(({ username, name, businessUnitIds }) => {
      const businessUnit = businessUnits.find(({ id }) => id === businessUnitIds[0])?.name ?? enterpriseName;
      const isRefused = unlicensedUsers.includes(username);
      return { username, name, about: isRefused ? 'has no licence, so is refused' : `signs in to ${businessUnit}` };
    }),
    signOutUrl: `${emulator.baseUrl('login', subdomain)}/hub-cas/logout`,
    dataExtensionKeys: DATA_EXTENSIONS,
    businessUnits: businessUnits.map(({ id, name }) => ({ id, name })),
  };
  return home === '' ? facts : homeAt(facts, home);
}

/** The facts with the way back from the emulator's pages to the app's start. */
export function homeAt(facts: EmulatorFacts, home: string): EmulatorFacts {
  return { ...facts, signOutUrl: `${facts.signOutUrl}?service=${encodeURIComponent(home)}` };
}
