import { isErrorCode, MarketingCloudError, type ErrorCode } from '../errors';
import { own, parseObject } from '../protocol/own';

/** What a refresh that failed leaves beside the grant, for every process: no token, nothing that a server wrote but a word. */
export interface FailureNote {
  readonly code: ErrorCode;
  readonly status: number;
  readonly response?: { readonly status: number; readonly error?: string };
  /** Failures in a row. */
  readonly failures: number;
  /** Refusals in a row that blame neither the token nor the client, while the token was expired. */
  readonly rejections: number;
  /** No token call before this moment, in milliseconds since the epoch. */
  readonly until: number;
}

const FIRST_COOL_DOWN_MS = 1_000;
const LONGEST_COOL_DOWN_MS = 15_000;
/** A clock that is further off than this is not believed. */
const LONGEST_WAIT_MS = 60_000;

/** How long to leave Marketing Cloud alone after so many failures in a row: 1 s, doubled up to 15 s, less some jitter. */
export function coolDownMs(failures: number, random: number = Math.random()): number {
  const step = Math.min(FIRST_COOL_DOWN_MS * 2 ** (failures - 1), LONGEST_COOL_DOWN_MS);
  return step * (1 - random / 10);
}

/** The note after one more failure. */
export function noteOf(
  error: MarketingCloudError,
  before: FailureNote | undefined,
  now: number,
  rejected: boolean,
): FailureNote {
  const failures = (before?.failures ?? 0) + 1;
  const waitMs = Math.max(coolDownMs(failures), Math.min((error.retryAfter ?? 0) * 1000, LONGEST_WAIT_MS));
  return {
    code: error.code,
    status: error.status,
    ...(error.response !== undefined && { response: error.response }),
    failures,
    rejections: rejected ? (before?.rejections ?? 0) + 1 : 0,
    until: now + Math.ceil(waitMs),
  };
}

/** How long the cool-down that a note asks for still lasts, in milliseconds; 0 when it is over. */
export function coolDownLeft(note: FailureNote | undefined, now: number): number {
  const left = note === undefined ? 0 : note.until - now;
  return left > 0 && left <= LONGEST_WAIT_MS ? left : 0;
}

/** The failure that a note speaks of, again, with the seconds that are left to wait. */
export function failureOf(note: FailureNote, now: number, cause?: unknown): MarketingCloudError {
  return new MarketingCloudError(note.code, {
    status: note.status,
    response: note.response,
    retryAfter: Math.max(1, Math.ceil(coolDownLeft(note, now) / 1000)),
    cause,
  });
}

export function writeNote(note: FailureNote): string {
  return JSON.stringify(note);
}

/** A note as a vault gave it back, or undefined when it is none. */
export function readNote(text: unknown): FailureNote | undefined {
  const stored = typeof text === 'string' ? parseObject(text) : undefined;
  if (stored === undefined) return undefined;
  const code = own(stored, 'code');
  const numbers = ['status', 'failures', 'rejections', 'until'].map((name) => own(stored, name));
  return isErrorCode(code) && numbers.every((value) => typeof value === 'number')
    ? (stored as unknown as FailureNote)
    : undefined;
}
