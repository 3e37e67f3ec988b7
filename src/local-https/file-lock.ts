import { randomBytes } from 'node:crypto';
import { promises as fs } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { getErrorCode } from './error-code';

const POLL_MS = 20;
/** What is done under a lock takes milliseconds. An older lock is of a process that was killed. */
const STALE_AFTER_MS = 10_000;

/** Runs a function while no other process holds the lock file. Waits for those that do. */
export async function withFileLock<T>(path: string, run: () => Promise<T>): Promise<T> {
  while (!(await createLock(path))) {
    if (await isStale(path)) await removeLock(path);
    else await delay(POLL_MS);
  }
  try {
    return await run();
  } finally {
    await fs.rm(path, { force: true });
  }
}

async function createLock(path: string): Promise<boolean> {
  try {
    await fs.writeFile(path, '', { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if (getErrorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** By the file's time. One from the future is stale too: the clock has been set back. */
async function isStale(path: string): Promise<boolean> {
  try {
    return Math.abs(Date.now() - (await fs.stat(path)).mtimeMs) > STALE_AFTER_MS;
  } catch (error) {
    if (getErrorCode(error) === 'ENOENT') return false;
    throw error;
  }
}

/** Of several processes that find a lock stale, one can rename it. */
async function removeLock(path: string): Promise<void> {
  const renamed = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    await fs.rename(path, renamed);
  } catch (error) {
    if (getErrorCode(error) === 'ENOENT') return;
    throw error;
  }
  await fs.rm(renamed, { force: true });
}
