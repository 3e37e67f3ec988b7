/**
 * A door that a request waits at: a test learns that the request has arrived, acts, and opens the door.
 */
export class Door {
  readonly #arrival = new Turn();
  readonly #opening = new Turn();

  /** For the request: resolves once the door is open. */
  pass(): Promise<void> {
    this.#arrival.happen();
    return this.opened;
  }

  /** Resolves once a request waits at the door, or has passed it. */
  get arrived(): Promise<void> {
    return this.#arrival.happened;
  }

  /** Resolves once the door is open; fits a fault's `until`. */
  get opened(): Promise<void> {
    return this.#opening.happened;
  }

  open(): void {
    this.#opening.happen();
  }
}

class Turn {
  happen: () => void = () => undefined;
  readonly happened = new Promise<void>((resolve) => {
    this.happen = resolve;
  });
}
