import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { Emulator } from 'passport-marketing-cloud/emulator';
import { startPeer, type Peer } from './peer-process';

/** The hosts of the emulator's first tenant by their real names, where it serves TLS. */
export const HOSTS = {
  auth: 'mcemulator-alpine-outfitters.auth.marketingcloudapis.com',
  rest: 'mcemulator-alpine-outfitters.rest.marketingcloudapis.com',
} as const;

const folders: string[] = [];

afterAll(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** A folder that goes with the tests of the file. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'peer-'));
  folders.push(folder);
  return folder;
}

/** Starts a script of `test/peers/children` in a process that trusts the certificate authority of an emulator. */
export async function startTrustingPeer(
  script: string,
  { ca = '' }: Pick<Emulator, 'ca'>,
  env: Readonly<Record<string, string>> = {},
): Promise<Peer> {
  const file = join(await temporaryFolder(), 'ca.pem');
  await writeFile(file, ca);
  return startPeer(script, { ...env, NODE_EXTRA_CA_CERTS: file });
}
