import type { ErrorCode } from 'passport-marketing-cloud';
import { knownFaults, type Emulator, type Endpoint, type Fault } from 'passport-marketing-cloud/emulator';
import type { Message } from '../events/message-bus';

/** What Marketing Cloud does instead of what it should do. */
interface EmulatorFault {
  readonly endpoint: Endpoint;
  readonly createFault: (emulator: Emulator) => Fault;
}

/** An abandoned sign-in leaves its fault behind, which must not affect a later one. */
const FAULT_LIFETIME_MS = 60_000;

// #region emulator-faults
/** The faults of the emulator that make the next sign-in fail with an error, by its code. */
const EMULATOR_FAULTS = {
  access_denied: redirectWith({ error: 'access_denied' }),
  user_not_licensed: redirectWith({ error: 'user_not_licensed' }),
  tenant_not_allowed: redirectWith({ code: 'of-another-tenant', tssd: 'mcanother' }),
  authorization_failed: redirectWith({ error: 'invalid_scope', error_description: 'The scope is not valid.' }),
  sign_in_expired: answerToken({ status: 401, body: { error: 'invalid_token' } }),
  invalid_client: answerToken({ status: 401, body: { error: 'invalid_client' } }),
  rate_limited: answerToken(knownFaults.rateLimited),
  upstream_unavailable: answerToken({ drop: 'before-headers' }),
  invalid_response: answerToken({ body: 'This is not JSON.', headers: { 'Content-Type': 'text/html' } }),
  tenant_mismatch: {
    endpoint: 'token',
    createFault: (emulator) => ({
      transform: (answer) =>
        ({ ...Object(answer), rest_instance_url: emulator.baseUrl('rest', 'mcanother') }) as unknown,
    }),
  },
} satisfies Partial<Record<ErrorCode, EmulatorFault>>;
// #endregion

/** A code that a fault of the emulator leads to. */
export type EmulatorFaultCode = keyof typeof EMULATOR_FAULTS;

/** Whether a fault of the emulator leads to this code. */
export function isEmulatorFaultCode(code: string): code is EmulatorFaultCode {
  return Object.hasOwn(EMULATOR_FAULTS, code);
}

/** Does what the pages ask of the emulator. It runs in the process that has it: in a cluster, the primary. */
export function controlEmulator(emulator: Emulator, message: Message): void {
  if (message.kind === 'advance-clocks') emulator.clock.advance(message.ms);
  else if (message.kind === 'sign-out-of-emulator') {
    for (const { username } of emulator.world.tenants.flatMap(({ users }) => users)) emulator.signOut(username);
  } else if (message.kind === 'set-fault' && isEmulatorFaultCode(message.code)) {
    const { endpoint, createFault }: EmulatorFault = EMULATOR_FAULTS[message.code];
    emulator.clearFaults();
    const { remove } = emulator.fault(endpoint, { ...createFault(emulator), times: 1 });
    setTimeout(remove, FAULT_LIFETIME_MS).unref();
  }
}

function answerToken(fault: Fault): EmulatorFault {
  return { endpoint: 'token', createFault: () => fault };
}

/** Sends the browser back to the app at once, with these parameters and the `state` of the sign-in. */
function redirectWith(parameters: Readonly<Record<string, string>>): EmulatorFault {
  return {
    endpoint: 'authorize',
    createFault: () => {
      const headers = { Location: '' };
      return {
        status: 302,
        headers,
        // It sees the request before the answer is sent.
        when: ({ query }) => {
          const answer = new URLSearchParams({ ...parameters, state: String(query['state']) });
          headers.Location = `${String(query['redirect_uri'])}?${answer.toString()}`;
          return true;
        },
      };
    },
  };
}
