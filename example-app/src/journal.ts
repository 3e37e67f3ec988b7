/** What happened to a grant, and in which process. */
export interface LifeEvent {
  /** A hash of the grant's id. */
  readonly grant: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly process: string;
  readonly what: 'signed-in' | 'refreshed' | 'shared' | 'failed' | 'lost' | 'worked';
  /** How long it took, where that is known. */
  readonly tookMs?: number | undefined;
  readonly detail?: string | undefined;
  /** How many of the same kind in a row this stands for. @default 1 */
  readonly times?: number;
}

const MOST_EVENTS = 30;
const MOST_GRANTS = 500;
/** Events of a kind that follow each other within this are told as one. */
const TOGETHER_MS = 2_000;

/** The latest events of the latest grants, the newest first. Each process keeps one, with the events of all. */
export class Journal {
  readonly #grants = new Map<string, readonly LifeEvent[]>();

  add(event: LifeEvent): void {
    const known = this.#grants.get(event.grant) ?? [];
    const alike = known.find((other) => isAlike(event, other));
    const times = (alike?.times ?? 0) + (event.times ?? 1);
    const events = [{ ...event, times }, ...known.filter((other) => other !== alike)];
    // The grant goes to the end, so that the first one is the one that was quiet for longest.
    this.#grants.delete(event.grant);
    this.#grants.set(event.grant, events.slice(0, MOST_EVENTS));
    for (const [oldest] of this.#grants) {
      if (this.#grants.size <= MOST_GRANTS) break;
      this.#grants.delete(oldest);
    }
  }

  of(grant: string): readonly LifeEvent[] {
    return this.#grants.get(grant) ?? [];
  }
}

function isAlike(one: LifeEvent, other: LifeEvent): boolean {
  return (
    one.what === 'shared' &&
    other.what === one.what &&
    other.process === one.process &&
    other.detail === one.detail &&
    Math.abs(one.at - other.at) < TOGETHER_MS
  );
}
