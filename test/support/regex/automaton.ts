import { ALPHABET, END, parse, type Part } from './parse';

/**
 * A regular expression as the places in it (Glushkov's automaton): each place takes one of some characters, and has the
 * places that may follow it. Repetitions up to a number are taken for endless ones, since a search tries them all the
 * same; conditions for fulfilled.
 */
export interface Automaton {
  /** By place, the characters that it takes. */
  readonly takes: readonly ReadonlySet<string>[];
  /** By place, those that may follow. A match that is found ends there: nothing follows. */
  readonly follow: readonly ReadonlySet<number>[];
  /** Steps from a place to a following one that can be made in two ways, as `3>4`. */
  readonly doubled: ReadonlySet<string>;
  /** Where matching may begin; the first of them, number 0, takes any text before. */
  readonly first: ReadonlySet<number>;
}

interface Piece {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly isNullable: boolean;
}

const NOTHING: Piece = { first: [], last: [], isNullable: true };
const ANYWHERE = 0;

/** Makes the automaton of a search. */
export function automatonOf(regex: RegExp): Automaton {
  const takes: ReadonlySet<string>[] = [];
  const follow: Set<number>[] = [];
  const doubled = new Set<string>();
  /** Places that need no character at the start of the text. */
  const free = new Set<number>();

  const place = (of: ReadonlySet<string>): Piece => {
    follow.push(new Set());
    const here = takes.push(of) - 1;
    return { first: [here], last: [here], isNullable: false };
  };
  const link = (from: readonly number[], to: readonly number[]): void => {
    for (const one of from) {
      for (const next of to) {
        if (follow[one]?.has(next)) doubled.add(`${one}>${next}`);
        follow[one]?.add(next);
      }
    }
  };

  function build(part: Part): Piece {
    switch (part.kind) {
      case 'one':
        return place(part.of);
      case 'behind':
        if (part.orStart) free.add(takes.length);
        return place(part.of);
      case 'start':
        free.add(takes.length);
        return place(new Set());
      case 'sequence':
        return part.parts.map(build).reduce(joined, NOTHING);
      case 'choice': {
        const options = part.options.map(build);
        return {
          first: options.flatMap((option) => option.first),
          last: options.flatMap((option) => option.last),
          isNullable: options.some((option) => option.isNullable),
        };
      }
      case 'repeat': {
        const inner = build(part.part);
        if (part.most > 1) link(inner.last, inner.first);
        return { ...inner, isNullable: inner.isNullable || part.least === 0 };
      }
      case 'condition':
        return NOTHING;
    }
  }

  function joined(before: Piece, after: Piece): Piece {
    link(before.last, after.first);
    return {
      first: before.isNullable ? [...before.first, ...after.first] : before.first,
      last: after.isNullable ? [...after.last, ...before.last] : after.last,
      isNullable: before.isNullable && after.isNullable,
    };
  }

  place(new Set(ALPHABET));
  const tree = parse(regex);
  const whole = build(tree);
  link([ANYWHERE], [ANYWHERE, ...whole.first]);
  const atStart = whole.first.flatMap((one) => [one, ...(free.has(one) ? (follow[one] ?? []) : [])]);
  for (const one of endsInCondition(tree) ? [] : whole.last) {
    if (!takes[one]?.has(END)) follow[one]?.clear();
  }
  for (const [one, next] of follow.entries()) {
    // Any character is taken, and then the text may end: that cannot fail any more.
    const cannotFail = takes[one]?.size === ALPHABET.length && [...next].some((after) => takes[after]?.has(END));
    if (one !== ANYWHERE && cannotFail) next.clear();
  }
  return { takes, follow, doubled, first: new Set([ANYWHERE, ...atStart]) };
}

/** Whether some way through ends with a condition, which may fail there. */
function endsInCondition(part: Part | undefined): boolean {
  if (part?.kind === 'choice') return part.options.some(endsInCondition);
  return part?.kind === 'sequence' ? endsInCondition(part.parts.at(-1)) : part?.kind === 'condition';
}
