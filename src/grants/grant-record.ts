import { asObject, bare, isStrings, own, parseObject, type JsonObject } from '../protocol/own';
import { readSubdomain } from '../tenant';
import type { Grant, Identity } from './grant';
import { digestOf } from './ids';

/** The format of the data. A release that cannot keep to it writes the next number, and this one leaves that alone. */
const FORMAT = 1;
const KNOWN: ReadonlySet<string> = new Set([
  ...['format', 'subdomain', 'accessToken', 'refreshToken', 'issuedAt', 'expiresAt', 'scope', 'identity', 'filed'],
  ...['kept', 'detached', 'unconfirmed', 'afterRefusal', 'tokens', 'strategy'],
]);

/** A grant as a record's data. */
export function writeGrant(given: Grant): string {
  const { more, ...grant } = bare(given);
  return JSON.stringify({ ...more, format: FORMAT, ...grant });
}

/** What is left of a dead grant, as a record's data: a hash in place of the tokens. */
export function writeTombstone(grant: Grant): string {
  const { more, accessToken, refreshToken, ...rest } = bare(grant);
  return JSON.stringify({ ...more, format: FORMAT, ...rest, tokens: digestOf(accessToken, refreshToken ?? '') });
}

/** A dead grant out of a record's data, with the tokens that it had; undefined when it had others, or is not readable. */
export function readTombstone(data: string, { accessToken, refreshToken }: Grant): Grant | undefined {
  const stored = parseObject(data);
  if (stored === undefined || own(stored, 'tokens') !== digestOf(accessToken, refreshToken ?? '')) return undefined;
  return readGrant(JSON.stringify({ ...stored, accessToken, refreshToken }));
}

/**
 * A grant out of a record's data, or undefined when that is not one: a record may have been damaged or tampered with,
 * and its subdomain decides where tokens are sent. Members that this release does not know are kept.
 */
export function readGrant(data: string): Grant | undefined {
  const stored = parseObject(data);
  if (stored === undefined || own(stored, 'format') !== FORMAT) return undefined;
  const strategy = own(stored, 'strategy');
  const subdomain = own(stored, 'subdomain');
  const accessToken = own(stored, 'accessToken');
  const refreshToken = own(stored, 'refreshToken');
  const issuedAt = own(stored, 'issuedAt');
  const expiresAt = own(stored, 'expiresAt');
  const scope = own(stored, 'scope');
  const filed = own(stored, 'filed');
  if (
    typeof strategy !== 'string' ||
    typeof subdomain !== 'string' ||
    readSubdomain(subdomain) !== subdomain ||
    typeof accessToken !== 'string' ||
    !(refreshToken === undefined || typeof refreshToken === 'string') ||
    typeof issuedAt !== 'number' ||
    typeof expiresAt !== 'number' ||
    typeof filed !== 'boolean' ||
    !isStrings(scope)
  ) {
    return undefined;
  }
  const identity = readIdentity(own(stored, 'identity'));
  const more = unknownMembers(stored);
  return bare<Grant>({
    strategy,
    subdomain,
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    issuedAt,
    expiresAt,
    scope,
    ...(identity !== undefined && { identity }),
    ...(own(stored, 'unconfirmed') === true && { unconfirmed: true }),
    filed,
    ...(own(stored, 'kept') === true && { kept: true }),
    ...(own(stored, 'detached') === true && { detached: true }),
    ...(own(stored, 'afterRefusal') === true && { afterRefusal: true }),
    ...(more !== undefined && { more }),
  });
}

function readIdentity(value: unknown): Identity | undefined {
  const stored = asObject(value);
  const userId = stored && own(stored, 'userId');
  const businessUnitId = stored && own(stored, 'businessUnitId');
  const enterpriseId = stored && own(stored, 'enterpriseId');
  return typeof userId === 'string' && typeof businessUnitId === 'number' && typeof enterpriseId === 'number'
    ? { userId, businessUnitId, enterpriseId }
    : undefined;
}

function unknownMembers(stored: JsonObject): JsonObject | undefined {
  const unknown = Object.entries(stored).filter(([name]) => !KNOWN.has(name));
  return unknown.length === 0 ? undefined : Object.fromEntries(unknown);
}
