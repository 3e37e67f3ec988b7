import { asObject, withoutPrototype, isStrings, getOwn, parseObject, type JsonObject } from '../own-properties';
import { readSubdomain } from '../tenant';
import type { Grant, Identity } from './grant';
import { digest } from '../identifiers';

/** The format of the data. A release that cannot keep to it writes the next number, and this one leaves that alone. */
const FORMAT = 1;
const KNOWN: ReadonlySet<string> = new Set([
  ...['format', 'subdomain', 'accessToken', 'refreshToken', 'issuedAt', 'expiresAt', 'scope', 'identity', 'persistent'],
  ...['kept', 'detached', 'unconfirmed', 'afterRefusal', 'tokens', 'strategy'],
]);

/** A grant as a record's data. */
export function writeGrant(given: Grant): string {
  const { more, ...grant } = withoutPrototype(given);
  return JSON.stringify({ ...more, format: FORMAT, ...grant });
}

/** What is left of a dead grant, as a record's data: a hash in place of the tokens. */
export function writeTombstone(grant: Grant): string {
  const { more, accessToken, refreshToken, ...rest } = withoutPrototype(grant);
  return JSON.stringify({ ...more, format: FORMAT, ...rest, tokens: digest(accessToken, refreshToken ?? '') });
}

/** A dead grant out of a record's data, with the tokens that it had; undefined when it had others, or is not readable. */
export function readTombstone(data: string, { accessToken, refreshToken }: Grant): Grant | undefined {
  const stored = parseObject(data);
  if (stored === undefined || getOwn(stored, 'tokens') !== digest(accessToken, refreshToken ?? '')) return undefined;
  return readGrant(JSON.stringify({ ...stored, accessToken, refreshToken }));
}

/**
 * A grant out of a record's data, or undefined when that is not one: a record may have been damaged or tampered with,
 * and its subdomain decides where tokens are sent. Members that this release does not know are kept.
 */
export function readGrant(data: string): Grant | undefined {
  const stored = parseObject(data);
  if (stored === undefined || getOwn(stored, 'format') !== FORMAT) return undefined;
  const strategy = getOwn(stored, 'strategy');
  const subdomain = getOwn(stored, 'subdomain');
  const accessToken = getOwn(stored, 'accessToken');
  const refreshToken = getOwn(stored, 'refreshToken');
  const issuedAt = getOwn(stored, 'issuedAt');
  const expiresAt = getOwn(stored, 'expiresAt');
  const scope = getOwn(stored, 'scope');
  const persistent = getOwn(stored, 'persistent');
  if (
    typeof strategy !== 'string' ||
    typeof subdomain !== 'string' ||
    readSubdomain(subdomain) !== subdomain ||
    typeof accessToken !== 'string' ||
    !(refreshToken === undefined || typeof refreshToken === 'string') ||
    typeof issuedAt !== 'number' ||
    typeof expiresAt !== 'number' ||
    typeof persistent !== 'boolean' ||
    !isStrings(scope)
  ) {
    return undefined;
  }
  const identity = readIdentity(getOwn(stored, 'identity'));
  const more = unknownMembers(stored);
  return withoutPrototype<Grant>({
    strategy,
    subdomain,
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    issuedAt,
    expiresAt,
    scope,
    ...(identity !== undefined && { identity }),
    ...(getOwn(stored, 'unconfirmed') === true && { unconfirmed: true }),
    persistent,
    ...(getOwn(stored, 'kept') === true && { kept: true }),
    ...(getOwn(stored, 'detached') === true && { detached: true }),
    ...(getOwn(stored, 'afterRefusal') === true && { afterRefusal: true }),
    ...(more !== undefined && { more }),
  });
}

function readIdentity(value: unknown): Identity | undefined {
  const stored = asObject(value);
  const userId = stored && getOwn(stored, 'userId');
  const businessUnitId = stored && getOwn(stored, 'businessUnitId');
  const enterpriseId = stored && getOwn(stored, 'enterpriseId');
  return typeof userId === 'string' && typeof businessUnitId === 'number' && typeof enterpriseId === 'number'
    ? { userId, businessUnitId, enterpriseId }
    : undefined;
}

function unknownMembers(stored: JsonObject): JsonObject | undefined {
  const unknown = Object.entries(stored).filter(([name]) => !KNOWN.has(name));
  return unknown.length === 0 ? undefined : Object.fromEntries(unknown);
}
