import { bareCause } from '../../bare-cause';

/** Why a connection could not be made or used, and what to do. */
export interface Failure {
  /** Goes on from the name of a host: `app.example.com refuses connections`. */
  readonly what: string;
  readonly fix: string;
}

const CERTIFICATES =
  'If a proxy of your network opens TLS, put its authority into a file and set NODE_EXTRA_CA_CERTS to it; never set NODE_TLS_REJECT_UNAUTHORIZED.';
const OUTGOING =
  'Allow this machine to make outgoing connections to that host and port. Behind an HTTP proxy, give the strategy a ProxyAgent of undici: option dispatcher.';
const UNTRUSTED: Failure = { what: 'shows a certificate of an unknown authority', fix: CERTIFICATES };
const TOO_LATE: Failure = { what: 'does not answer in time', fix: OUTGOING };
const UNREACHABLE: Failure = { what: 'cannot be reached from this machine', fix: OUTGOING };
const BROKEN_OFF: Failure = { what: 'breaks the connection off', fix: OUTGOING };

/** By the code of Node's or undici's error. */
const FAILURES: Readonly<Record<string, Failure>> = {
  ENOTFOUND: {
    what: 'has no address in DNS',
    fix: 'Compare the name letter by letter with the one in Installed Packages; if it is right, check the DNS of this machine.',
  },
  EAI_AGAIN: {
    what: 'cannot be looked up: DNS does not answer',
    fix: 'Check the DNS and the network of this machine or container.',
  },
  ECONNREFUSED: { what: 'refuses connections', fix: 'Check that a server listens there, and the host and port.' },
  ECONNRESET: BROKEN_OFF,
  EPIPE: BROKEN_OFF,
  UND_ERR_SOCKET: BROKEN_OFF,
  ETIMEDOUT: TOO_LATE,
  DEADLINE: TOO_LATE,
  UND_ERR_CONNECT_TIMEOUT: TOO_LATE,
  EHOSTUNREACH: UNREACHABLE,
  ENETUNREACH: UNREACHABLE,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  CERT_HAS_EXPIRED: {
    what: 'shows an expired certificate',
    fix: `Check the clock of this machine first. ${CERTIFICATES}`,
  },
  CERT_NOT_YET_VALID: {
    what: 'shows a certificate that is not valid yet',
    fix: 'Set the clock of this machine: let it follow a time server (NTP).',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    what: 'shows a certificate for another name',
    fix: `Compare the name letter by letter with the one in Installed Packages. ${CERTIFICATES}`,
  },
};

/**
 * Explains what a call, a lookup or a client library has failed with. Of the error only codes are used: its text may hold
 * a URL with a password.
 *
 * @param more explanations by further codes, which win
 */
export function explainFailure(error: unknown, more: Readonly<Record<string, Failure>> = {}): Failure {
  const word = toWord(error);
  return (
    more[word] ??
    FAILURES[word] ?? { what: `cannot be used (${word})`, fix: 'Look the code up in the documentation of Node.' }
  );
}

/** The code of an error, or of the cause that it wraps. */
function toWord(error: unknown): string {
  const { cause, code } = Object(error) as { cause?: unknown; code?: unknown };
  const isWrapped = cause !== undefined && !(typeof code === 'string' && Object.hasOwn(FAILURES, code));
  return bareCause(isWrapped ? cause : error).message;
}
