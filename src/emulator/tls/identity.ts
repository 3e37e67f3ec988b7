import { generateKeyPair, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type { pki as Pki, md as Md } from 'node-forge';

/** A server's key and certificate, and the certificate of the authority that signed it, in PEM. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
  readonly ca: string;
}

interface Forge {
  readonly pki: typeof Pki;
  readonly md: typeof Md;
}

const HOST_NAMES: readonly string[] = [
  '*.auth.marketingcloudapis.com',
  '*.rest.marketingcloudapis.com',
  '*.soap.marketingcloudapis.com',
  '*.login.exacttarget.com',
  'mc.exacttarget.com',
  '*.s7.exacttarget.com',
  '*.s50.exacttarget.com',
  '*.s7.marketingcloudapps.com',
  '*.s50.marketingcloudapps.com',
  'localhost',
];
const AUTHORITY = [{ name: 'commonName', value: 'Marketing Cloud emulator, not for production' }];
const SERVER = [{ name: 'commonName', value: 'Marketing Cloud emulator' }];
const DNS_NAME = 2;
const IP_ADDRESS = 7;
const DAY_MS = 86_400_000;

/**
 * Creates an authority and a server certificate for Marketing Cloud's host names, 127.0.0.1 and localhost. Node generates
 * the keys, node-forge writes the certificates.
 *
 * @throws Error with the fix when node-forge is not installed
 */
export async function createIdentity(): Promise<Identity> {
  const { pki, md } = await loadForge();
  const [authority, server] = await Promise.all([createKeys(), createKeys()]);
  const authorityKey = pki.privateKeyFromPem(authority.privateKey);

  const sign = (publicKey: string, subject: typeof SERVER, extensions: object[]) => {
    const certificate = pki.createCertificate();
    certificate.publicKey = pki.publicKeyFromPem(publicKey);
    certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
    certificate.validity.notBefore = new Date(Date.now() - DAY_MS);
    certificate.validity.notAfter = new Date(Date.now() + 30 * DAY_MS);
    certificate.setSubject(subject);
    certificate.setIssuer(AUTHORITY);
    certificate.setExtensions(extensions);
    certificate.sign(authorityKey, md.sha256.create());
    return pki.certificateToPem(certificate);
  };

  const ca = sign(authority.publicKey, AUTHORITY, [
    { name: 'basicConstraints', cA: true, critical: true },
    { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    { name: 'subjectKeyIdentifier' },
  ]);
  const cert = sign(server.publicKey, SERVER, [
    { name: 'basicConstraints', cA: false },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    {
      name: 'subjectAltName',
      altNames: [...HOST_NAMES.map((value) => ({ type: DNS_NAME, value })), { type: IP_ADDRESS, ip: '127.0.0.1' }],
    },
  ]);
  return { key: server.privateKey, cert, ca };
}

async function createKeys(): Promise<{ publicKey: string; privateKey: string }> {
  return promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

async function loadForge(): Promise<Forge> {
  try {
    const { default: forge } = await import('node-forge');
    return forge;
  } catch (cause) {
    throw new Error(
      'startEmulator: https needs the package node-forge to make a certificate; run: npm install --save-dev node-forge',
      { cause },
    );
  }
}
