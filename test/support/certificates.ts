import { generateKeyPairSync } from 'node:crypto';
import forge from 'node-forge';

/** What a TLS server shows. */
export interface ServerCertificate {
  readonly key: string;
  readonly cert: string;
}

/** An authority that a test may trust, and server certificates that it signed for `localhost` and 127.0.0.1. */
export interface Certificates {
  /** The authority's certificate, in PEM. */
  readonly ca: string;
  readonly good: ServerCertificate;
  readonly expired: ServerCertificate;
  readonly notYetValid: ServerCertificate;
  /** For another host. */
  readonly wrongName: ServerCertificate;
  /** For the right host, but signed by itself. */
  readonly selfSigned: ServerCertificate;
}

const DAY_MS = 86_400_000;
const DNS_NAME = 2;
const IP_ADDRESS = 7;
const OWN_NAMES = [
  { type: DNS_NAME, value: 'localhost' },
  { type: IP_ADDRESS, ip: '127.0.0.1' },
];

/** Makes them; one pair of keys does for all. */
export function makeCertificates(): Certificates {
  const keys = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const key = forge.pki.privateKeyFromPem(keys.privateKey);
  let serial = 0;

  const sign = (subject: string, issuer: string, extensions: object[], [from, to] = [-1, 1]): string => {
    const certificate = forge.pki.createCertificate();
    serial += 1;
    certificate.publicKey = forge.pki.publicKeyFromPem(keys.publicKey);
    certificate.serialNumber = serial.toString(16).padStart(4, '0');
    certificate.validity.notBefore = new Date(Date.now() + from * DAY_MS);
    certificate.validity.notAfter = new Date(Date.now() + to * DAY_MS);
    certificate.setSubject([{ name: 'commonName', value: subject }]);
    certificate.setIssuer([{ name: 'commonName', value: issuer }]);
    certificate.setExtensions(extensions);
    certificate.sign(key, forge.md.sha256.create());
    return forge.pki.certificateToPem(certificate);
  };
  const server = (names: object[], issuer = 'authority', valid?: [number, number]): ServerCertificate => {
    const extensions = [
      { name: 'basicConstraints', cA: false },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: names },
    ];
    return { key: keys.privateKey, cert: sign('server', issuer, extensions, valid) };
  };

  return {
    ca: sign('authority', 'authority', [{ name: 'basicConstraints', cA: true, critical: true }]),
    good: server(OWN_NAMES),
    expired: server(OWN_NAMES, 'authority', [-2, -1]),
    notYetValid: server(OWN_NAMES, 'authority', [1, 2]),
    wrongName: server([{ type: DNS_NAME, value: 'mcx.auth.marketingcloudapis.com.evil.example' }]),
    selfSigned: server(OWN_NAMES, 'server'),
  };
}
