import { EventEmitter } from 'node:events';
import type { LifeEvent } from './journal';

/** What processes tell each other. */
export type Message =
  /** Something happened to a grant. */
  | { readonly kind: 'life'; readonly event: LifeEvent }
  /** Every process is to call Marketing Cloud with a grant, at once. */
  | { readonly kind: 'work'; readonly grantId: string }
  /** The clocks of every process and of the emulator are to go forward. */
  | { readonly kind: 'advance'; readonly ms: number };

/** Leads to all processes of the app, this one among them. */
export interface Bus {
  readonly send: (message: Message) => void;
  /** Gives how to stop listening. */
  readonly listen: (listener: (message: Message) => void) => () => void;
}

/** The bus of a process that is alone. */
export function localBus(): Bus {
  const emitter = new EventEmitter();
  return {
    send: (message) => void emitter.emit('message', message),
    listen: (listener) => {
      emitter.on('message', listener);
      return () => void emitter.off('message', listener);
    },
  };
}
