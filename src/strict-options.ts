/**
 * An error about one option: `Option loginUrl of requireMarketingCloud() must be a path or a URL.` The message holds
 * no value that may be secret.
 */
export class OptionError extends TypeError {
  readonly #option: string;
  readonly #problem: string;

  constructor(option: string, problem: string, owner?: string) {
    super(toSentence(owner === undefined ? `Option ${option}` : `Option ${option} of ${owner}`, problem));
    this.#option = option;
    this.#problem = problem;
  }

  /** The same problem, of what the user gave in place of the option: an environment variable. */
  renamed(names: ReadonlyMap<string, string>): TypeError {
    const name = names.get(this.#option);
    return name === undefined ? this : new TypeError(toSentence(name, this.#problem));
  }
}

function toSentence(subject: string, problem: string): string {
  return `${subject} ${problem}${problem.endsWith('?') ? '' : '.'}`;
}

/**
 * Creates an `OptionError`.
 *
 * @param owner what takes the option; left out for the options of a `Strategy`
 */
export function optionError(option: string, problem: string, owner?: string): OptionError {
  return new OptionError(option, problem, owner);
}

/**
 * Checks the names in an options object, so that a typo never counts as an option left out. Only own properties count,
 * and one that holds `undefined` counts as left out.
 *
 * @param owner what takes the options, as its user writes it: `requireMarketingCloud()`
 * @returns reads one option by its name; `undefined` where it is left out
 * @throws TypeError for anything but an object, and for an unknown name, with the name that was probably meant
 *
 * @example
 * const option = parseOptions('signOut()', given, ['redirectTo', 'cookieName']);
 * option('redirectTo');
 */
export function parseOptions<Name extends string>(
  owner: string,
  given: unknown,
  known: readonly Name[],
): (name: Name) => unknown {
  if (given !== undefined && !isOptionsObject(given)) {
    throw new TypeError(
      `${owner} takes ${known.length === 0 ? 'no options' : `an options object with ${known.join(', ')}`}.`,
    );
  }
  const options: ReadonlyMap<string, unknown> = new Map(Object.entries(given ?? {}));
  for (const [name, value] of options) {
    if (value !== undefined && !(known as readonly string[]).includes(name)) {
      throw optionError(name, describeUnknown(name, known), owner);
    }
  }
  return (name) => options.get(name);
}

/** Whether its own properties are what it holds: not an array, a Map or Headers. */
export function isOptionsObject(given: unknown): given is object {
  return typeof given === 'object' && given !== null && !(Symbol.iterator in given);
}

/** What is wrong with a name that is not among the known ones. */
export function describeUnknown(name: string, known: readonly string[]): string {
  const near = findSimilarName(name, known);
  if (near !== undefined) return `is unknown; did you mean ${near}?`;
  return known.length === 0 ? 'is unknown; there are no options' : `is unknown; the options are ${known.join(', ')}`;
}

/** The known name that was probably meant: at most two letters differ, and not more than a third. */
export function findSimilarName(name: string, known: readonly string[]): string | undefined {
  return known
    .map((candidate) => ({ candidate, distance: distanceBetween(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.min(2, Math.floor(candidate.length / 3)))
    .sort((one, other) => one.distance - other.distance)[0]?.candidate;
}

/** How many letters have to be inserted, deleted or replaced to turn one word into the other (Levenshtein). */
function distanceBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, letter] of [...one].entries()) {
    const next = [index + 1];
    for (const [column, otherLetter] of [...other].entries()) {
      const replaced = (row[column] ?? 0) + (letter === otherLetter ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
