import { type Endpoint } from '../request-log/endpoints';
import { isRequestTo, type RecordedRequest } from '../request-log/request-log';
import type { Fault, FaultHandle } from './fault';

const KNOWN_FIELDS: readonly (keyof Fault)[] = [
  'status',
  'headers',
  'body',
  'repeat',
  'transform',
  'raw',
  'delayMs',
  'until',
  'drop',
  'hang',
  'drip',
  'timing',
  'times',
  'when',
];

interface Entry {
  readonly endpoint: Endpoint;
  readonly fault: Fault;
  left: number;
  hits: number;
}

/**
 * The faults that tests have set. A limited fault goes before a standing one; limited ones strike in the order they were
 * set, and of standing ones the latest counts.
 */
export class FaultRegistry {
  #entries: Entry[] = [];

  /** Sets a fault. Throws a `TypeError` for a field it does not know. */
  add(endpoint: Endpoint, fault: Fault): FaultHandle {
    const known: readonly string[] = KNOWN_FIELDS;
    const stranger = Object.keys(fault).find((name) => !known.includes(name));
    if (stranger !== undefined) {
      throw new TypeError(`emulator.fault: unknown field ${JSON.stringify(stranger)}; there are ${known.join(', ')}`);
    }
    if (fault.times !== undefined && !(Number.isInteger(fault.times) && fault.times > 0)) {
      throw new TypeError('emulator.fault: times must be a whole number above 0; leave it out for a standing fault');
    }
    const entry: Entry = { endpoint, fault, left: fault.times ?? Number.POSITIVE_INFINITY, hits: 0 };
    this.#entries.push(entry);
    return {
      get hits() {
        return entry.hits;
      },
      remove: () => {
        this.#entries = this.#entries.filter((each) => each !== entry);
      },
    };
  }

  /** The fault that strikes this request, counted as used. */
  take(request: RecordedRequest): Fault | undefined {
    const fitting = this.#entries.filter(
      ({ endpoint, fault }) => isRequestTo(request, endpoint) && (fault.when?.(request) ?? true),
    );
    const entry = fitting.find(({ fault }) => fault.times !== undefined) ?? fitting.at(-1);
    if (entry === undefined) return undefined;
    entry.hits += 1;
    entry.left -= 1;
    if (entry.left <= 0) this.#entries = this.#entries.filter((each) => each !== entry);
    return entry.fault;
  }

  clear(): void {
    this.#entries = [];
  }
}
