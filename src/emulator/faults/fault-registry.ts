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
 * The faults that tests have set. A fault with `times` is used before one without. Faults with `times` are used in the
 * order in which they were set; of the others the latest is used.
 */
export class FaultRegistry {
  #entries: Entry[] = [];

  /** Sets a fault. @throws TypeError for an unknown field or an invalid `times` */
  add(endpoint: Endpoint, fault: Fault): FaultHandle {
    const known: readonly string[] = KNOWN_FIELDS;
    const unknown = Object.keys(fault).find((name) => !known.includes(name));
    if (unknown !== undefined) {
      throw new TypeError(
        `emulator.fault: unknown field ${JSON.stringify(unknown)}; the fields are ${known.join(', ')}`,
      );
    }
    if (fault.times !== undefined && !(Number.isInteger(fault.times) && fault.times > 0)) {
      throw new TypeError('emulator.fault: times must be a whole number above 0; leave it out for a fault that stays');
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

  /** Returns the fault of a request and counts its use. */
  take(request: RecordedRequest): Fault | undefined {
    const matching = this.#entries.filter(
      ({ endpoint, fault }) => isRequestTo(request, endpoint) && (fault.when?.(request) ?? true),
    );
    const entry = matching.find(({ fault }) => fault.times !== undefined) ?? matching.at(-1);
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
