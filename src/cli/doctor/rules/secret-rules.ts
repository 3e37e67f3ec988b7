import type { Facts } from '../facts';
import { failed, passed, warned, type Finding } from '../finding';
import { PAGES } from '../pages';
import type { Rule } from '../rule';
import { findPasteFault } from './client-rules';

const MIN_LENGTH = 32;
const GENERATE = 'openssl rand -base64 32';

/** From samples and tutorials. */
const WELL_KNOWN: ReadonlySet<string> = new Set(['keyboard cat', 'secret', 'password', 'cats', 'shhhh', 'my-secret']);

export const secretRules: readonly Rule[] = [
  {
    id: 'session-secret',
    subject: 'Secrets of the app',
    title: 'SESSION_SECRET is long and random',
    docs: PAGES.sessionSecret,
    check: checkSessionSecret,
  },
  {
    id: 'encryption-key',
    subject: 'Secrets of the app',
    title: 'ENCRYPTION_KEY encrypts stored tokens',
    docs: PAGES.project,
    check: checkEncryptionKey,
  },
  {
    id: 'separate-secrets',
    subject: 'Secrets of the app',
    title: 'No secret is used twice',
    docs: PAGES.sessionSecret,
    check: checkSeparation,
  },
];

function checkSessionSecret({ get, env }: Facts): Finding {
  const given = get('SESSION_SECRET');
  if (given === undefined) {
    return warned(
      'SESSION_SECRET is not set. With one that is made at the start, sessions end at each restart and are not shared by processes.',
      `Set it to the output of: ${GENERATE}`,
    );
  }
  if (WELL_KNOWN.has(given.toLowerCase()) || findPasteFault(env['SESSION_SECRET']) === 'is still a placeholder') {
    return failed(
      'SESSION_SECRET is a word from a sample: a session of any user can be forged.',
      `Set it to the output of: ${GENERATE}`,
    );
  }
  if (given.length < MIN_LENGTH) {
    return warned(`SESSION_SECRET has fewer than ${MIN_LENGTH} characters.`, `Set it to the output of: ${GENERATE}`);
  }
  return passed(`at least ${MIN_LENGTH} characters`);
}

function checkEncryptionKey({ get, env }: Facts): Finding {
  const given = get('ENCRYPTION_KEY');
  if (env['ENCRYPTION_KEY'] === undefined) {
    return warned(
      'ENCRYPTION_KEY is not set: tokens lie in the store as plain text.',
      `Set it to the output of: ${GENERATE}, and let optionsFromEnvironment() read it, or pass it as option encryptionKey.`,
    );
  }
  if (given === undefined) {
    return failed('ENCRYPTION_KEY is set, but empty.', `Set it to the output of: ${GENERATE}, or unset it.`);
  }
  if (given.length < MIN_LENGTH) {
    return failed(`ENCRYPTION_KEY has fewer than ${MIN_LENGTH} characters.`, `Set it to the output of: ${GENERATE}`);
  }
  return passed(`at least ${MIN_LENGTH} characters`);
}

function checkSeparation({ get }: Facts): Finding {
  const names = ['MC_CLIENT_SECRET', 'SESSION_SECRET', 'ENCRYPTION_KEY'];
  const same = names.filter(
    (name) => get(name) !== undefined && names.some((other) => other !== name && get(other) === get(name)),
  );
  return same.length === 0
    ? passed('each is a value of its own')
    : failed(
        `${same.join(' and ')} are the same value: who learns one has the other.`,
        `Give each the output of its own: ${GENERATE}`,
      );
}
