import { EventEmitter } from 'node:events';

/** Something that happened to a grant, and the process in which it happened. */
export interface GrantEvent {
  /** A hash of the grant's id, as in the package's own events. */
  readonly grant: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly process: string;
  readonly type:
    | 'signed-in'
    | 'refreshed'
    | 'shared'
    | 'refresh-failed'
    | 'refresh-lost'
    | 'called'
    | 'call-retried'
    | 'call-refused';
  readonly durationMs?: number | undefined;
  readonly detail?: string | undefined;
  /** How many identical events in a row this one stands for. @default 1 */
  readonly count?: number;
}

/** A message to all processes of the app. */
export type Message =
  | { readonly kind: 'grant-event'; readonly event: GrantEvent }
  /** Each process calls Marketing Cloud several times with this grant. */
  | { readonly kind: 'trigger-calls'; readonly grantId: string }
  /** The clocks of all processes and of the emulator go forward. */
  | { readonly kind: 'advance-clocks'; readonly ms: number }
  /** The emulator fails at the next sign-in, so that it ends with an error of this code. */
  | { readonly kind: 'set-fault'; readonly code: string }
  /** The emulator forgets who is signed in, in every browser. */
  | { readonly kind: 'sign-out-of-emulator' };

/** Sends messages to all processes of the app, including the sender. */
export interface MessageBus {
  readonly send: (message: Message) => void;
  readonly listen: (listener: (message: Message) => void) => void;
}

/** Creates the bus of an app that runs in one process. */
export function createLocalBus(): MessageBus {
  const emitter = new EventEmitter();
  return {
    send: (message) => void emitter.emit('message', message),
    listen: (listener) => void emitter.on('message', listener),
  };
}

/**
 * Creates a clock that the Token page can move forward in all processes, so that a token expires at once. An app in
 * production has no use for it: its clock is `Date.now`.
 */
export function createAdjustableClock(bus: MessageBus, clock: () => number = Date.now): () => number {
  let offsetMs = 0;
  bus.listen((message) => {
    if (message.kind === 'advance-clocks') offsetMs += message.ms;
  });
  return () => clock() + offsetMs;
}
