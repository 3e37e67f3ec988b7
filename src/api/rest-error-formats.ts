import { asObject, parseObject } from '../own-properties';

/**
 * Where an error answer of Marketing Cloud keeps its messages, and where its number. Members are found in any letter
 * case; `[]` stands for each element of a list.
 *
 * Sources: recorded answers of public repositories, and the error pages of the REST reference.
 */
const MESSAGES: readonly string[] = [
  'message', // {"message":"…","errorcode":10006,"documentation":"…"}, also with capitals
  'validationErrors[].message', // {"message":"…","validationErrors":[{"message":"…","field":"…"}]}
  'additionalErrors[].message', // {"message":"…","additionalErrors":[{"message":"…"}]}
  'additionalErrors[]', // {"additionalErrors":["…"]}
  'errors[].message', // {"errors":[{"message":"…"}]}
  'errors[]', // {"errors":["…"]}
  'resultMessages[].message', // {"resultMessages":[{"resultClass":"Error","resultCode":"…","message":"…"}]}
  'resultMessages[].resultMessage.message', // {"resultMessages":[{"resultMessage":{"message":"…"}}]}
  'responses[].messages[]', // {"responses":[{"hasErrors":true,"messages":["…"]}]}
  'error_description', // {"error":"invalid_token","error_description":"…"}
];
const NUMBERS: readonly string[] = ['errorcode', 'errors[].errorcode', 'validationErrors[].errorcode'];

const MAX_MESSAGE_LENGTH = 4_096;
const MAX_DETAILS_BYTES = 65_536;

/** What an error answer says. All of it was written by the server. */
export interface UpstreamError {
  readonly errorcode?: number;
  /** All messages, each once, on one line. */
  readonly upstreamMessage?: string;
  /** The parsed body, or the text of one that is no JSON, or the beginning of one that is too long. */
  readonly details?: unknown;
}

/** Reads an error answer in the dialects that Marketing Cloud is known to speak. */
export function parseUpstreamError(text: string): UpstreamError {
  if (text === '') return {};
  const body = parseObject(text);
  const found = (paths: readonly string[]): unknown[] => paths.flatMap((path) => valuesAt(body, path.split('.')));
  const errorcode =
    body &&
    found(NUMBERS)
      .map(toErrorCode)
      .find((code) => code !== undefined);
  const messages = body && found(MESSAGES).filter((value) => typeof value === 'string');
  const upstreamMessage =
    messages && [...new Set(messages.flatMap(splitMessage))].join('; ').slice(0, MAX_MESSAGE_LENGTH);
  return {
    ...(errorcode !== undefined && { errorcode }),
    ...(upstreamMessage && { upstreamMessage }),
    details: Buffer.byteLength(text) <= MAX_DETAILS_BYTES ? parse(text) : getBeginning(text),
  };
}

function valuesAt(value: unknown, [step, ...rest]: readonly string[]): unknown[] {
  if (step === undefined) return [value];
  const name = step.replace('[]', '').toLowerCase();
  const members = Object.entries(asObject(value) ?? {}).filter(([key]) => key.toLowerCase() === name);
  return members.flatMap(([, member]) => {
    if (!step.endsWith('[]')) return valuesAt(member, rest);
    return Array.isArray(member) ? member.flatMap((element) => valuesAt(element, rest)) : [];
  });
}

/** Some APIs join several messages by `<br />`. Control characters would forge lines in a log. */
function splitMessage(message: string): string[] {
  return message
    .split(/<br ?\/?>/i)
    .map((part) => part.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim())
    .filter((part) => part !== '');
}

function toErrorCode(value: unknown): number | undefined {
  const code = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof code === 'number' && Number.isFinite(code) ? code : undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** As much of a text as has 64 KB when it is written as JSON. */
function getBeginning(text: string): string {
  let length = MAX_DETAILS_BYTES;
  while (Buffer.byteLength(JSON.stringify(text.slice(0, length))) > MAX_DETAILS_BYTES)
    length = Math.floor(length * 0.75);
  return text.slice(0, length);
}
