import { isErrorCode, type ErrorCode } from '../errors';
import { getOwn, parseObject, withoutPrototype } from '../own-properties';

/**
 * What a failed refresh leaves beside the grant's record, so that every process waits out the same cool-down. It holds no
 * token, and of the server's texts only a known error word. `refresh/cool-down.ts` says what follows from it.
 */
export interface FailureNote {
  readonly code: ErrorCode;
  readonly status: number;
  readonly response?: { readonly status: number; readonly error?: string };
  /** The error's reason, where it is a known one. */
  readonly reason?: string;
  /** Failures in a row. */
  readonly failures: number;
  /** Unexplained refusals of an expired token in a row, each at least two minutes after the one before. */
  readonly rejections: number;
  /** When the last of these was counted, in milliseconds since the epoch. */
  readonly rejectedAt?: number;
  /** No token call before this moment, in milliseconds since the epoch. */
  readonly until: number;
  /** When the server asked to come back, where that is later than `until`; in milliseconds since the epoch. */
  readonly comeBackAt?: number;
}

/** The text that a vault keeps as a record's note. */
export function serializeFailureNote(note: FailureNote): string {
  return JSON.stringify(note);
}

/** A record's note as a vault returned it; undefined when there is none, or when it is not valid. */
export function parseFailureNote(text: unknown): FailureNote | undefined {
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
