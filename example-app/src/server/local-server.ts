import { generateKeyPair, randomBytes } from 'node:crypto';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import forge from 'node-forge';
import { ConfigError } from '../config/variables';

/** A private key and its certificate, both as PEM. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** A server that listens on 127.0.0.1. */
export interface LocalServer {
  readonly port: number;
  readonly handleRequests: (handler: RequestListener) => void;
  readonly close: () => Promise<void>;
}

const SUBJECT = [{ name: 'commonName', value: '127.0.0.1' }];
const IP_ADDRESS = 7;
const DAY_MS = 86_400_000;

/**
 * Starts a server on 127.0.0.1: https with a certificate, else http.
 *
 * @throws ConfigError if the port is taken or not allowed
 */
export async function startLocalServer(port: number, certificate?: Certificate): Promise<LocalServer> {
  const server = certificate === undefined ? createHttpServer() : createHttpsServer(certificate);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(toConfigError(error, port)));
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    handleRequests: (handler) => void server.on('request', handler),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * Creates a self-signed certificate for 127.0.0.1, because Marketing Cloud accepts no `http:` callback URL. Each start
 * of the app creates a new one, which is never written to disk. Browsers show a warning.
 */
export async function createCertificate(): Promise<Certificate> {
  const { publicKey, privateKey } = await promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  // X.509 requires a positive serial number, so the first byte is 01.
  certificate.serialNumber = `01${randomBytes(15).toString('hex')}`;
  certificate.validity.notBefore = new Date(Date.now() - DAY_MS);
  certificate.validity.notAfter = new Date(Date.now() + 30 * DAY_MS);
  certificate.setSubject(SUBJECT);
  certificate.setIssuer(SUBJECT);
  certificate.setExtensions([
    { name: 'basicConstraints', cA: false },
    { name: 'keyUsage', digitalSignature: true, keyEncipherment: true, critical: true },
    { name: 'extKeyUsage', serverAuth: true },
    { name: 'subjectAltName', altNames: [{ type: IP_ADDRESS, ip: '127.0.0.1' }] },
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(privateKey), forge.md.sha256.create());
  return { key: privateKey, cert: forge.pki.certificateToPem(certificate) };
}

function toConfigError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE') {
    return new ConfigError(`Port ${port} is taken. Set PORT to another one, such as PORT=${port + 1}.`);
  }
  if (error.code === 'EACCES') {
    return new ConfigError(`Port ${port} is not allowed for this user. Set PORT to a number above 1023.`);
  }
  return error;
}
