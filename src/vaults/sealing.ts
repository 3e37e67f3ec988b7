import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { inspect } from 'node:util';

interface Key {
  /** Tells which key sealed a record, and nothing of the key. */
  readonly id: string;
  readonly bytes: Buffer;
}

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = /^mcs1\.([\w-]{8})\.([\w-]+)$/;

/**
 * Seals what a vault keeps with AES-256-GCM. A seal is bound to where it belongs (a record's id and version): text that
 * was moved to another record, or to another version of its own, does not open. The first key seals, every key opens.
 */
export class Sealing {
  readonly #keys: readonly [Key, ...Key[]];

  /** @param secrets 32 characters or more each */
  constructor(secrets: readonly [string, ...string[]]) {
    const [first, ...others] = secrets;
    this.#keys = [toKey(first), ...others.map(toKey)];
  }

  seal(text: string, belongsTo: string): string {
    const [key] = this.#keys;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, key.bytes, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(belongsTo));
    const sealed = [nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()];
    return `mcs1.${key.id}.${Buffer.concat(sealed).toString('base64url')}`;
  }

  /** What was sealed, or undefined when no key opens it there: plain text too. */
  open(sealed: string, belongsTo: string): string | undefined {
    const [, id, body = ''] = SEALED.exec(sealed) ?? [];
    const key = this.#keys.find((one) => one.id === id);
    const bytes = Buffer.from(body, 'base64url');
    if (key === undefined || bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const decipher = createDecipheriv(CIPHER, key.bytes, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.from(belongsTo));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    try {
      return Buffer.concat([decipher.update(bytes.subarray(NONCE_BYTES, -TAG_BYTES)), decipher.final()]).toString();
    } catch {
      return undefined;
    }
  }

  [inspect.custom](): string {
    return '[Sealing]';
  }
}

function toKey(secret: string): Key {
  const bytes = Buffer.from(hkdfSync('sha256', secret, '', 'passport-marketing-cloud sealing', 32));
  return { id: createHash('sha256').update(bytes).digest('base64url').slice(0, 8), bytes };
}
