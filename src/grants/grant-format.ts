import { asObject, withoutPrototype, getOwn, parseObject, type JsonObject } from '../own-properties';
import { isBoolean, isNumber, isText, isTexts, optional, parseStored, type Checks } from '../stored-members';
import { isSubdomain } from '../tenant';
import type { Grant, Identity } from './grant';
import { digest } from '../identifiers';

/** The version of the format. A release with another format writes the next number, which this release does not read. */
const FORMAT = 1;
/** Members that are stored where they are true. */
const FLAGS = ['unconfirmed', 'kept', 'detached', 'afterRefusal'] as const;
const KNOWN_MEMBERS: ReadonlySet<string> = new Set([
  ...['format', 'subdomain', 'accessToken', 'refreshToken', 'issuedAt', 'expiresAt', 'scope', 'identity', 'persistent'],
  ...['tokens', 'strategy', ...FLAGS],
]);

/** A grant as the text that a vault keeps, before it is sealed. */
export function serializeGrant(grant: Grant): string {
  return JSON.stringify({ ...asObject(getOwn(grant, 'more')), format: FORMAT, ...grant, more: undefined });
}

/** What is kept of a dead grant: a hash in place of its tokens. */
export function serializeTombstone(grant: Grant): string {
  const { more, accessToken, refreshToken, ...rest } = withoutPrototype(grant);
  return JSON.stringify({ ...more, format: FORMAT, ...rest, tokens: digest(accessToken, refreshToken ?? '') });
}

/**
 * A dead grant, with the tokens that it had. Undefined when it had other tokens than `grant`, or when the text is not
 * valid.
 */
export function parseTombstone(data: string, { accessToken, refreshToken }: Grant): Grant | undefined {
  const stored = parseObject(data);
  if (stored === undefined || getOwn(stored, 'tokens') !== digest(accessToken, refreshToken ?? '')) return undefined;
  return toGrant({ ...stored, accessToken, refreshToken });
}

/**
 * A grant, or undefined when the text is not valid: a record may have been damaged or tampered with, and its subdomain
 * decides where tokens are sent. Members that this release does not know are kept.
 */
export function parseGrant(data: string): Grant | undefined {
  const stored = parseObject(data);
  return stored && toGrant(stored);
}

const CHECKS: Checks<Omit<Grant, (typeof FLAGS)[number] | 'identity' | 'more'>> = {
  strategy: isText,
  subdomain: isSubdomain,
  accessToken: isText,
  refreshToken: optional(isText),
  issuedAt: isNumber,
  expiresAt: isNumber,
  scope: isTexts,
  persistent: isBoolean,
};

const IDENTITY_CHECKS: Checks<Identity> = { userId: isText, businessUnitId: isNumber, enterpriseId: isNumber };

function toGrant(stored: JsonObject): Grant | undefined {
  const known = getOwn(stored, 'format') === FORMAT ? parseStored(stored, CHECKS) : undefined;
  if (known === undefined) return undefined;
  const given = asObject(getOwn(stored, 'identity'));
  const identity = given && parseStored(given, IDENTITY_CHECKS);
  const more = getUnknownMembers(stored);
  return withoutPrototype<Grant>({
    ...known,
    ...(identity !== undefined && { identity: { ...identity } }),
    ...Object.fromEntries(FLAGS.filter((name) => getOwn(stored, name) === true).map((name) => [name, true])),
    ...(more !== undefined && { more }),
  });
}

function getUnknownMembers(stored: JsonObject): JsonObject | undefined {
  const unknown = Object.entries(stored).filter(([name]) => !KNOWN_MEMBERS.has(name));
  return unknown.length === 0 ? undefined : Object.fromEntries(unknown);
}
