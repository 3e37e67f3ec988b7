import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { join } from 'node:path';
import { createCertificate, isUsable, type KeyAndCertificate } from './certificate';
import { withFileLock } from './file-lock';

const KEY_FILE = 'key.pem';
const CERTIFICATE_FILE = 'certificate.pem';
const LOCK_FILE = 'lock';

/** A key and a certificate in a folder. */
export interface KeptCertificate extends KeyAndCertificate {
  /** The certificate's file. */
  readonly path: string;
  /** Whether this call has created it. */
  readonly created: boolean;
}

/**
 * Reads the key and the certificate in a folder. Missing, damaged and expiring ones are replaced, under a lock: of several
 * processes one creates them, and the others read them.
 *
 * @param now in milliseconds
 * @throws Node's error if the folder or a file in it cannot be written
 */
export async function keepCertificate(directory: string, now: () => number): Promise<KeptCertificate> {
  const path = join(directory, CERTIFICATE_FILE);
  const read = async (): Promise<KeptCertificate | undefined> => {
    const kept = await readKeptCertificate(directory);
    return kept !== undefined && isUsable(kept, now()) ? { ...kept, path, created: false } : undefined;
  };
  const usable = await read();
  if (usable !== undefined) return usable;
  await fs.mkdir(directory, { recursive: true, mode: 0o700 });
  return await withFileLock(join(directory, LOCK_FILE), async () => {
    const ofAnotherProcess = await read();
    if (ofAnotherProcess !== undefined) return ofAnotherProcess;
    const created = await createCertificate(now());
    await writeAtomically(join(directory, KEY_FILE), created.key, 0o600);
    await writeAtomically(path, created.cert, 0o644);
    return { ...created, path, created: true };
  });
}

/**
 * The key and the certificate in a folder, as they are. A file that cannot be read counts as missing: if it cannot be
 * replaced either, the write says why.
 */
export async function readKeptCertificate(directory: string): Promise<KeyAndCertificate | undefined> {
  try {
    const [key, cert] = await Promise.all(
      [KEY_FILE, CERTIFICATE_FILE].map((name) => fs.readFile(join(directory, name), 'utf8')),
    );
    return key === undefined || cert === undefined ? undefined : { key, cert };
  } catch {
    return undefined;
  }
}

/** Readers see the file as it was or as it becomes, never a part of it. */
async function writeAtomically(path: string, content: string, mode: number): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await fs.writeFile(temporary, content, { flag: 'wx', mode });
    await fs.rename(temporary, path);
  } catch (error) {
    await fs.rm(temporary, { force: true });
    throw error;
  }
}
