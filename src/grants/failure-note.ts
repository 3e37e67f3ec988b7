import { isErrorCode, MarketingCloudError, type ErrorCode } from '../errors';
import { explanationFor, type Explanation } from '../protocol/explanations';
import { withoutPrototype, getOwn, parseObject } from '../own-properties';

/** What a refresh that failed leaves beside the grant, for every process: no token, nothing that a server wrote but a word. */
export interface FailureNote {
  readonly code: ErrorCode;
  readonly status: number;
  readonly response?: { readonly status: number; readonly error?: string };
  /** The error's reason, where it is a known one. */
  readonly reason?: string;
  /** Failures in a row. */
  readonly failures: number;
  /** Unexplained refusals in a row of an expired token, each some minutes after the one before. */
  readonly rejections: number;
  /** When the last of these was counted, in milliseconds since the epoch. */
  readonly rejectedAt?: number;
  /** No token call before this moment, in milliseconds since the epoch. */
  readonly until: number;
  /** When to come back as the server said it, where that is later than `until`; in milliseconds since the epoch. */
  readonly comeBackAt?: number;
}

const FIRST_COOL_DOWN_MS = 1_000;
const MAX_COOL_DOWN_MS = 15_000;
/** A longer `Retry-After` is told to the caller, and waited out no further; a clock that is further off is not believed. */
const MAX_WAIT_MS = 60_000;
/** A proxy that refuses everything for a few seconds counts once. */
const REJECTION_INTERVAL_MS = 120_000;

/** How long to leave Marketing Cloud alone after so many failures in a row: 1 s, doubled up to 15 s, less some jitter. */
export function coolDownMs(failures: number, random: number = Math.random()): number {
  const step = Math.min(FIRST_COOL_DOWN_MS * 2 ** (failures - 1), MAX_COOL_DOWN_MS);
  return step * (1 - random / 10);
}

/**
 * The note after one more failure.
 *
 * @param isRejection whether it was an unexplained refusal of an expired token
 */
export function noteAfter(
  error: MarketingCloudError,
  before: FailureNote | undefined,
  now: number,
  isRejection: boolean,
): FailureNote {
  const failures = (before?.failures ?? 0) + 1;
  const askedMs = (error.retryAfter ?? 0) * 1000;
  const until = now + Math.ceil(Math.max(coolDownMs(failures), Math.min(askedMs, MAX_WAIT_MS)));
  return withoutPrototype<FailureNote>({
    code: error.code,
    status: error.status,
    ...(error.response !== undefined && { response: error.response }),
    ...(explanationFor(error.reason) && { reason: error.reason }),
    failures,
    ...(isRejection ? countRejection(before, now) : { rejections: 0 }),
    until,
    ...(now + askedMs > until && { comeBackAt: now + askedMs }),
  });
}

function countRejection(
  before: FailureNote | undefined,
  now: number,
): Required<Pick<FailureNote, 'rejections' | 'rejectedAt'>> {
  if (before?.rejectedAt === undefined) return { rejections: 1, rejectedAt: now };
  const { rejections, rejectedAt } = before;
  if (now - rejectedAt >= REJECTION_INTERVAL_MS) return { rejections: rejections + 1, rejectedAt: now };
  // A moment that is still to come was written by a clock that was ahead.
  return { rejections, rejectedAt: Math.min(rejectedAt, now) };
}

/** How long the cool-down that a note asks for still lasts, in milliseconds; 0 when it is over. */
export function coolDownLeft(note: FailureNote | undefined, now: number): number {
  const left = note === undefined ? 0 : note.until - now;
  return left > 0 && left <= MAX_WAIT_MS ? left : 0;
}

/** The failure that a note speaks of, again, with the seconds that are left to wait. */
export function failureFrom(note: FailureNote, now: number, cause?: unknown): MarketingCloudError {
  const leftMs = Math.max(coolDownLeft(note, now), (note.comeBackAt ?? now) - now);
  return new MarketingCloudError(note.code, {
    status: note.status,
    response: note.response,
    ...hintAndReason(note),
    retryAfter: Math.max(1, Math.ceil(leftMs / 1000)),
    cause,
  });
}

function hintAndReason(note: FailureNote): Partial<Explanation> {
  const known = explanationFor(note.reason);
  return known === undefined ? {} : { reason: known.reason, hint: known.hint };
}

export function writeNote(note: FailureNote): string {
  return JSON.stringify(note);
}

/** A note as a vault gave it back, or undefined when it is none. */
export function readNote(text: unknown): FailureNote | undefined {
  const stored = typeof text === 'string' ? parseObject(text) : undefined;
  if (stored === undefined) return undefined;
  const code = getOwn(stored, 'code');
  const numbers = ['status', 'failures', 'rejections', 'until'].map((name) => getOwn(stored, name));
  const optional = ['rejectedAt', 'comeBackAt'].map((name) => getOwn(stored, name));
  return isErrorCode(code) &&
    numbers.every((value) => typeof value === 'number') &&
    optional.every((value) => value === undefined || typeof value === 'number')
    ? withoutPrototype(stored as unknown as FailureNote)
    : undefined;
}
