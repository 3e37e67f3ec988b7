import { isErrorCode, type ErrorCode } from '../errors';
import { asObject, getOwn, parseObject, withoutPrototype } from '../own-properties';
import { isNumber, isText, optional, parseStored, type Checks } from '../stored-members';

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
  readonly unexplainedRefusals: number;
  /** When the last of these was counted, in milliseconds since the epoch. */
  readonly lastUnexplainedAt?: number;
  /** No token call before this moment, in milliseconds since the epoch. */
  readonly until: number;
  /** When the server asked to come back, where that is later than `until`; in milliseconds since the epoch. */
  readonly comeBackAt?: number;
}

/** The text that a vault keeps as a record's note. */
export function serializeFailureNote(note: FailureNote): string {
  return JSON.stringify(note);
}

const RESPONSE_CHECKS: Checks<NonNullable<FailureNote['response']>> = { status: isNumber, error: optional(isText) };

const CHECKS: Checks<Omit<FailureNote, 'response'>> = {
  code: isErrorCode,
  status: isNumber,
  reason: optional(isText),
  failures: isNumber,
  unexplainedRefusals: isNumber,
  lastUnexplainedAt: optional(isNumber),
  until: isNumber,
  comeBackAt: optional(isNumber),
};

/** A record's note as a vault returned it; undefined when there is none, or when it is not valid. */
export function parseFailureNote(text: unknown): FailureNote | undefined {
  const stored = typeof text === 'string' ? parseObject(text) : undefined;
  const note = stored && parseStored(stored, CHECKS);
  if (stored === undefined || note === undefined) return undefined;
  const given = asObject(getOwn(stored, 'response'));
  const response = given && parseStored(given, RESPONSE_CHECKS);
  return withoutPrototype<FailureNote>({ ...note, ...(response !== undefined && { response }) });
}
