import { automatonOf, type Automaton } from './automaton';
import { END } from './parse';

/** What is put behind a text that matches for long, so that the match fails in the end, or does not. */
const ENDINGS = ['', '\u0000', '\n', 'x!', '%'];

/**
 * Texts of a length that are hard on a regular expression: for every repetition in it the shortest way there, then what
 * keeps it busy, alone and in turn with what keeps others busy, then something that may make it fail; and what
 * would match, over and over again, whole and without its last character.
 */
export function hardTexts(regex: RegExp, length: number): string[] {
  const automaton = automatonOf(regex);
  const { takes, follow } = automaton;
  const ways = follow.map((_, place) => shortestWay(automaton, place));
  const loops = follow.flatMap((_, place) => loopThrough(automaton, place) ?? []);
  const whole = ways.filter((way, place) => way !== undefined && (follow[place]?.size === 0 || takes[place]?.has(END)));
  const [match = ''] = (whole as string[]).sort((one, other) => other.length - one.length);

  const starts = new Set([
    '',
    '\u0001',
    ...ways.flatMap((way, place) => (loopThrough(automaton, place) ? [way ?? ''] : [])),
  ]);
  const pairs = loops.flatMap((one) => loops.map((other) => one + other));
  const pumps = new Set(
    [...loops, ...pairs, match, match.slice(0, -1), match.slice(1), 'a', ' '].filter((pump) => pump),
  );
  return [...starts].flatMap((start) =>
    [...pumps].flatMap((pump) => {
      const text = start + pump.repeat(Math.ceil((length - start.length) / pump.length));
      return ENDINGS.map((ending) => text + ending);
    }),
  );
}

/** The shortest text that leads to a place and through it; undefined where none does. */
function shortestWay({ takes, follow, first }: Automaton, goal: number): string | undefined {
  const ways = new Map([...first].filter((place) => place !== 0).map((place) => [place, sampleOf(takes[place])]));
  for (const [place, way] of ways) {
    if (place === goal) return way;
    for (const next of follow[place] ?? []) {
      if (!ways.has(next)) ways.set(next, way + sampleOf(takes[next]));
    }
  }
  return undefined;
}

/** The shortest text that leads from a place back to it. */
function loopThrough({ takes, follow }: Automaton, goal: number): string | undefined {
  if (goal === 0) return undefined;
  const ways = new Map([...(follow[goal] ?? [])].map((place) => [place, sampleOf(takes[place])]));
  for (const [place, way] of ways) {
    if (place === goal) return way;
    for (const next of follow[place] ?? []) {
      if (!ways.has(next)) ways.set(next, way + sampleOf(takes[next]));
    }
  }
  return undefined;
}

/** A character of a set: a plain one, where it has one. */
function sampleOf(of: ReadonlySet<string> | undefined): string {
  const characters = [...(of ?? [])].filter((character) => character !== END);
  return (
    characters.find((character) => /[a0/.-]/.test(character)) ??
    characters.find((one) => one > ' ') ??
    characters[0] ??
    ''
  );
}
