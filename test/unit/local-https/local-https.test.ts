import { X509Certificate } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { localHttps, type LocalHttpsOptions } from 'passport-marketing-cloud';
import { httpsGet } from '../../support/browser/https-get';

const DAY_MS = 86_400_000;
const POSIX = process.platform !== 'win32';
const DATA_VARIABLE = POSIX ? 'XDG_DATA_HOME' : 'LOCALAPPDATA';
const NOW = Date.parse('2026-03-01T12:00:00Z');

let folder: string;
let directory: string;
let server: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'local-https-'));
  directory = join(folder, 'new', 'kept');
});
afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  server = undefined;
  await rm(folder, { recursive: true });
});

async function listen(): Promise<number> {
  server = createServer(await localHttps({ directory }), (_req, res) => res.end('hello'));
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Calls a function while the environment names another data folder. */
async function withDataFolder<T>(path: string, call: () => Promise<T>): Promise<T> {
  const before = process.env[DATA_VARIABLE];
  process.env[DATA_VARIABLE] = path;
  try {
    return await call();
  } finally {
    if (before === undefined) Reflect.deleteProperty(process.env, DATA_VARIABLE);
    else process.env[DATA_VARIABLE] = before;
  }
}

const keyFile = (): string => join(directory, 'key.pem');

describe('the certificate', () => {
  test('serves https for 127.0.0.1 and localhost to a client that trusts it, and for no other name', async () => {
    const port = await listen();
    const { cert } = await localHttps({ directory });
    expect((await httpsGet(`https://127.0.0.1:${port}/`, cert)).text).toBe('hello');
    const url = `https://127.0.0.1:${port}/`;
    expect((await httpsGet(url, cert, { servername: 'localhost', headers: { host: 'localhost' } })).status).toBe(200);
    const elsewhere = httpsGet(url, cert, { servername: 'app.example.com', headers: { host: 'app.example.com' } });
    await expect(elsewhere).rejects.toThrow(/altnames|does not match/i);
  });

  test('is for the three names of this machine, signs no other one, and is valid for 397 days', async () => {
    const certificate = new X509Certificate((await localHttps({ directory, clock: () => NOW })).cert);
    expect(certificate.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1');
    expect(certificate.ca).toBe(false);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(Date.parse(certificate.validFrom)).toBe(NOW - DAY_MS);
    expect(Date.parse(certificate.validTo)).toBe(NOW + 396 * DAY_MS);
    expect(certificate.serialNumber).toMatch(/^01[0-9A-F]{30}$/);
  });

  test('can be dated after 2049, when years have four digits', async () => {
    const { cert } = await localHttps({ directory, clock: () => Date.parse('2049-06-01T00:00:00Z') });
    expect(new X509Certificate(cert).validTo).toBe('Jul  2 00:00:00 2050 GMT');
  });
});

describe('the folder', () => {
  test('keeps the certificate for later calls, with a key that only the user can read', async () => {
    const first = await localHttps({ directory });
    const second = await localHttps({ directory });
    expect(first).toMatchObject({ created: true, path: join(directory, 'certificate.pem') });
    expect({ ...second, created: true }).toEqual({ ...first });
    expect(second.created).toBe(false);
    expect(readdirSync(directory).sort()).toEqual(['certificate.pem', 'key.pem']);
    expect(readFileSync(first.path, 'utf8')).toBe(first.cert);
    expect(readFileSync(keyFile(), 'utf8')).toBe(first.key);
    if (POSIX) expect([directory, keyFile()].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600]);
  });

  test('of 8 calls at the same time, one creates the certificate and all get it', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => localHttps({ directory })));
    expect(all.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(all.map(({ cert, key }) => cert + key)).size).toBe(1);
  });

  test('is replaced when fewer than 30 days are left, and not before', async () => {
    const at = (days: number): LocalHttpsOptions => ({ directory, clock: () => NOW + days * DAY_MS });
    const first = await localHttps(at(0));
    expect((await localHttps(at(365.9))).cert).toBe(first.cert);
    const renewed = await localHttps(at(366.1));
    expect(renewed).toMatchObject({ created: true, path: first.path });
    expect(renewed.key).not.toBe(first.key);
  });

  test.each<readonly [string, () => Promise<unknown> | undefined]>([
    ['a damaged certificate', () => writeFile(join(directory, 'certificate.pem'), 'no certificate')],
    ['a damaged key', () => writeFile(keyFile(), '')],
    ['a missing key', () => rm(keyFile())],
    ['a file that cannot be read', () => (chmodSync(keyFile(), 0), writeFile(join(directory, 'certificate.pem'), ''))],
  ])('replaces %s', async (_what, damage) => {
    const first = await localHttps({ directory });
    await damage();
    const next = await localHttps({ directory });
    expect(next.created).toBe(true);
    expect(next.cert).not.toBe(first.cert);
    expect((await localHttps({ directory })).cert).toBe(next.cert);
  });

  test('replaces a key and a certificate that do not belong together, or are for other names', async () => {
    const { cert } = await localHttps({ directory: join(folder, 'other') });
    await localHttps({ directory });
    await writeFile(join(directory, 'certificate.pem'), cert);
    expect((await localHttps({ directory })).created).toBe(true);
  });

  test('a lock that a killed process has left does not stop the next one', async () => {
    mkdirSync(directory, { recursive: true });
    const lock = join(directory, 'lock');
    await writeFile(lock, '');
    utimesSync(lock, 1, 1);
    expect((await localHttps({ directory })).created).toBe(true);
    expect(existsSync(lock)).toBe(false);
  });

  test('is the user’s data folder by default', async () => {
    const { path } = await withDataFolder(folder, () => localHttps());
    expect(path).toBe(join(folder, 'passport-marketing-cloud', 'certificate.pem'));
  });
});

describe('problems', () => {
  test('a data folder that cannot be written is an error that names the option and the variable', async () => {
    await writeFile(join(folder, 'file'), '');
    const error = await withDataFolder(join(folder, 'file'), () => localHttps().catch((reason: unknown) => reason));
    expect(String(error)).toBe(
      'Error: localHttps() cannot keep its certificate in the user’s data folder (ENOTDIR). ' +
        `Give a folder that can be written as option directory, or set ${DATA_VARIABLE} to one.`,
    );
  });

  test('a folder that cannot be written is an error that names the option', async () => {
    await writeFile(join(folder, 'file'), '');
    await expect(localHttps({ directory: join(folder, 'file') })).rejects.toThrow(
      `localHttps() cannot keep its certificate in ${join(folder, 'file')} (EEXIST). ` +
        'Give a folder that can be written as option directory.',
    );
  });

  test.each([
    [{ directory: '' }, 'Option directory of localHttps() must be the path of a folder.'],
    [{ clock: 3 }, 'Option clock of localHttps() must be a function that returns milliseconds.'],
    [{ dir: 'x' }, 'Option dir of localHttps() is unknown; the options are directory, clock.'],
  ])('%j is a TypeError', async (options, message) => {
    await expect(localHttps(options as LocalHttpsOptions)).rejects.toThrow(new TypeError(message));
  });

  test('the key is in no log, and in no text about trusting the certificate', async () => {
    const certificate = await localHttps({ directory });
    const [, secret = ''] = certificate.key.split('\n');
    expect(secret).toMatch(/^\S{64}$/);
    expect(inspect(certificate)).not.toContain(secret);
    expect(certificate.howToTrust).toContain(certificate.path);
    expect(certificate.howToTrust).not.toContain(secret);
  });
});
