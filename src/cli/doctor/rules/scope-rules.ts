import { KNOWN_SCOPES } from '../../../protocol/known-scopes';
import { parseRequestedScope } from '../../../protocol/scopes';
import { findSimilarName } from '../../../strict-options';
import type { Facts } from '../facts';
import { failed, passed, skipped, warned, type Finding } from '../finding';
import { PAGES } from '../pages';
import type { Rule } from '../rule';

const EXAMPLE = 'MC_SCOPE="offline email_read data_extensions_read"';

export const scopeRules: readonly Rule[] = [
  {
    id: 'scope',
    subject: 'Scopes',
    title: 'MC_SCOPE is a list of scopes',
    docs: PAGES.authorize,
    check: checkList,
  },
  {
    id: 'scope-names',
    subject: 'Scopes',
    title: 'The scopes are known',
    docs: PAGES.scopes,
    check: checkNames,
  },
  {
    id: 'scope-offline',
    subject: 'Scopes',
    title: 'offline is among the scopes',
    docs: PAGES.token,
    check: checkOffline,
  },
];

function checkList({ get, env }: Facts): Finding {
  const given = get('MC_SCOPE');
  if (given === undefined && env['MC_SCOPE'] !== undefined) {
    return failed(
      'MC_SCOPE is set, but empty. Sent empty, Marketing Cloud issues a token without any permission.',
      `Name the scopes, ${EXAMPLE}, or unset the variable.`,
    );
  }
  if (given === undefined) {
    return warned(
      'MC_SCOPE is not set: Marketing Cloud grants every scope of the integration.',
      `Ask for what the app needs: ${EXAMPLE}`,
    );
  }
  const names = parseRequestedScope(given);
  if (names !== undefined) return passed(names.length === 1 ? '1 scope' : `${names.length} scopes`);
  return failed(
    given.includes(',') ? 'The scopes are separated by commas.' : 'A name has a character that no scope may have.',
    `Separate them by spaces, without quotes of their own: ${EXAMPLE}`,
  );
}

function checkNames({ get }: Facts): Finding {
  const unknown = parseNames(get)?.filter((name) => !KNOWN_SCOPES.some((known) => known === name));
  if (unknown === undefined) return skipped('MC_SCOPE is missing or malformed.');
  if (unknown.length === 0) return passed('all of them');
  const described = unknown.map((name) => {
    // Nothing else is repeated: a secret may have been pasted.
    const shown = /^[a-z_]{1,50}$/i.test(name) ? name : 'one that is no name';
    const meant = findSimilarName(name, KNOWN_SCOPES);
    return meant === undefined ? shown : `${shown} (did you mean ${meant}?)`;
  });
  return warned(
    `Not seen in live answers: ${described.join(', ')}.`,
    'Compare the names with those in Installed Packages. New ones appear every few releases, so they may be right.',
  );
}

function checkOffline({ get }: Facts): Finding {
  const names = parseNames(get);
  if (names?.includes('offline') === true) return passed('tokens outlive the sign-out from Marketing Cloud');
  if (names === undefined && get('MC_SCOPE') !== undefined) return skipped('MC_SCOPE is missing or malformed.');
  return warned(
    'Without it, tokens are revoked when the user signs out of Marketing Cloud.',
    'Tick Offline Access in the package, and put offline into MC_SCOPE.',
  );
}

function parseNames(get: Facts['get']): readonly string[] | undefined {
  return parseRequestedScope(get('MC_SCOPE'));
}
