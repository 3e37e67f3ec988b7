import { createPrivateKey, generateKeyPair, randomBytes, sign, X509Certificate } from 'node:crypto';
import { promisify } from 'node:util';
import {
  bitString,
  booleanTrue,
  explicit,
  implicit,
  integer,
  objectIdentifier,
  octetString,
  sequence,
  set,
  time,
  utf8String,
} from './der';

/** A private key and its certificate, both in PEM. */
export interface KeyAndCertificate {
  readonly key: string;
  readonly cert: string;
}

const DAY_MS = 86_400_000;
/** Clocks of other machines, such as a virtual machine with the browser, may be behind. */
const BACKDATED_MS = DAY_MS;
/**
 * The strictest limit that any client has, for certificates of public authorities. Apple's systems refuse other ones that
 * are valid for more than 825 days.
 *
 * @see https://support.apple.com/102028
 * @see https://support.apple.com/103769
 */
const MAX_VALIDITY_MS = 397 * DAY_MS;
/** A certificate with less time left is replaced at the next start. */
const RENEW_BEFORE_MS = 30 * DAY_MS;

const COMMON_NAME = 'passport-marketing-cloud on 127.0.0.1';
const DNS_NAME = 2;
const IP_ADDRESS = 7;
/** `CN=passport-marketing-cloud on 127.0.0.1` */
const NAME = sequence(set(sequence(objectIdentifier('2.5.4.3'), utf8String(COMMON_NAME))));
const ECDSA_WITH_SHA256 = sequence(objectIdentifier('1.2.840.10045.4.3.2'));

/** The extensions (RFC 5280, section 4.2): a server's certificate for this machine, which can sign no other certificate. */
const EXTENSIONS = sequence(
  extension('2.5.29.19', sequence(), 'critical'), // basicConstraints: not an authority
  extension('2.5.29.15', bitString(Buffer.from([0x80]), 7), 'critical'), // keyUsage: digitalSignature
  extension('2.5.29.37', sequence(objectIdentifier('1.3.6.1.5.5.7.3.1'))), // extKeyUsage: serverAuth
  extension(
    '2.5.29.17', // subjectAltName
    sequence(
      implicit(DNS_NAME, Buffer.from('localhost')),
      implicit(IP_ADDRESS, Buffer.from([127, 0, 0, 1])),
      implicit(IP_ADDRESS, Buffer.from([...new Uint8Array(15), 1])),
    ),
  ),
);

/**
 * Creates a P-256 key and a certificate for 127.0.0.1, ::1 and localhost that is signed by that key.
 *
 * @param now in milliseconds
 */
export async function createCertificate(now: number): Promise<KeyAndCertificate> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('ec', { namedCurve: 'P-256' });
  const notBefore = now - BACKDATED_MS;
  const content = sequence(
    explicit(0, integer(2)), // version 3
    integer(1, ...randomBytes(15)), // serial number
    ECDSA_WITH_SHA256,
    NAME, // issuer
    sequence(time(new Date(notBefore)), time(new Date(notBefore + MAX_VALIDITY_MS))),
    NAME, // subject
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, EXTENSIONS),
  );
  const certificate = sequence(content, ECDSA_WITH_SHA256, bitString(sign('sha256', content, privateKey)));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: new X509Certificate(certificate).toString(),
  };
}

/**
 * Whether files hold a key and a certificate that belong together, for the three names, and that are valid long enough.
 * Text that cannot be parsed is not usable.
 */
export function isUsable({ key, cert }: KeyAndCertificate, now: number): boolean {
  try {
    const certificate = new X509Certificate(cert);
    return (
      certificate.checkPrivateKey(createPrivateKey(key)) &&
      Date.parse(certificate.validFrom) <= now &&
      Date.parse(certificate.validTo) - RENEW_BEFORE_MS > now &&
      certificate.checkHost('localhost') !== undefined &&
      ['127.0.0.1', '::1'].every((ip) => certificate.checkIP(ip) !== undefined)
    );
  } catch {
    return false;
  }
}

function extension(identifier: string, value: Uint8Array, critical?: 'critical'): Buffer {
  const parts = critical === undefined ? [] : [booleanTrue()];
  return sequence(objectIdentifier(identifier), ...parts, octetString(value));
}
