/** Characters that stand for all: ASCII and a few beyond. */
export const ALPHABET: readonly string[] = [
  ...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)),
  ...['é', '\u2028', '\u3042', '\uff41'],
];
/** What stands for the end of the text. No character of a text is it. */
export const END = 'end';

/** A part of a regular expression, as far as it matters to how long matching takes. */
export type Part =
  /** One character, or the end of the text. */
  | { readonly kind: 'one'; readonly of: ReadonlySet<string> }
  | { readonly kind: 'sequence'; readonly parts: readonly Part[] }
  | { readonly kind: 'choice'; readonly options: readonly Part[] }
  | { readonly kind: 'repeat'; readonly part: Part; readonly least: number; readonly most: number }
  /** What was before must be one of these, or the text's start where `orStart` says so. */
  | { readonly kind: 'behind'; readonly of: ReadonlySet<string>; readonly orStart: boolean }
  | { readonly kind: 'start' }
  /** Any other condition. It is taken for fulfilled. */
  | { readonly kind: 'condition' };

/**
 * Reads a regular expression. Back-references, and look-behinds of more than one character, are none of this
 * package's.
 *
 * @throws Error for what it does not know
 */
export function parse({ source, flags }: RegExp): Part {
  let at = 0;
  const rest = (): string => source.slice(at);
  const take = (pattern: RegExp): string | undefined => {
    const [text] = new RegExp(`^(?:${pattern.source})`, 's').exec(rest()) ?? [];
    at += text?.length ?? 0;
    return text;
  };
  const setOf = (atom: string): ReadonlySet<string> => {
    const one = new RegExp(`^(?:${atom})$`, flags);
    return new Set(ALPHABET.filter((character) => one.test(character)));
  };

  function choice(): Part {
    const options = [sequence()];
    while (take(/\|/) !== undefined) options.push(sequence());
    return options.length === 1 ? (options[0] as Part) : { kind: 'choice', options };
  }

  function sequence(): Part {
    const parts: Part[] = [];
    while (at < source.length && !/^[|)]/.test(rest())) parts.push(repeated(atom()));
    return { kind: 'sequence', parts };
  }

  function repeated(part: Part): Part {
    const quantifier = take(/[*+?]\??|\{\d+(?:,\d*)?\}\??/);
    if (quantifier === undefined) return part;
    const [, least = '0', comma, most = ''] = /^\{(\d+)(,?)(\d*)/.exec(quantifier) ?? [];
    if (quantifier.startsWith('{')) {
      const atMost = comma === '' ? least : most;
      return { kind: 'repeat', part, least: Number(least), most: atMost === '' ? Infinity : Number(atMost) };
    }
    const isOptional = quantifier.startsWith('?');
    return { kind: 'repeat', part, least: quantifier.startsWith('+') ? 1 : 0, most: isOptional ? 1 : Infinity };
  }

  function atom(): Part {
    const opening = take(/\(\?(?:[:=!]|<[=!]|<\w+>)|\(/);
    if (opening !== undefined) return group(opening);
    if (take(/\^/) !== undefined) return { kind: 'start' };
    if (take(/\$/) !== undefined) return { kind: 'one', of: new Set([END]) };
    if (take(/\\[bB]/) !== undefined) return { kind: 'condition' };
    if (/^\\[1-9k]/.test(rest())) throw new Error(`A back-reference is not known here: /${source}/`);
    const one = take(/\[(?:\\.|[^\]\\])*\]|\\x[\da-f]{2}|\\u[\da-f]{4}|\\.|[^]/);
    if (one === undefined) throw new Error(`Not understood from ${at} on: /${source}/`);
    return { kind: 'one', of: setOf(one) };
  }

  function group(opening: string): Part {
    const inner = choice();
    if (take(/\)/) === undefined) throw new Error(`A group does not end: /${source}/`);
    if (opening === '(?=' || opening === '(?!') return { kind: 'condition' };
    if (!opening.startsWith('(?<=') && !opening.startsWith('(?<!')) return inner;
    const [one, ...more] = inner.kind === 'sequence' ? inner.parts : [];
    if (one?.kind !== 'one' || more.length > 0) throw new Error(`A look-behind of one character only: /${source}/`);
    const negated = opening === '(?<!';
    return {
      kind: 'behind',
      of: negated ? new Set(ALPHABET.filter((character) => !one.of.has(character))) : one.of,
      orStart: negated,
    };
  }

  const whole = choice();
  if (at < source.length) throw new Error(`Not understood from ${at} on: /${source}/`);
  return whole;
}
