import { automatonOf, type Automaton } from './automaton';

/** How much longer a text that does not match may take than it is long. */
export type Growth = 'linear' | 'polynomial' | 'exponential';

/**
 * How the time of a failing search grows at worst, by the ambiguity of its automaton (Weber and Seidl, 1991): exponential
 * where one place leads back to itself in two ways by the same characters; polynomial where one place leads to another
 * one and both back to themselves by the same characters. It errs on the side of caution.
 */
export function growthOf(regex: RegExp): Growth {
  const automaton = automatonOf(regex);
  const { follow, doubled } = automaton;
  const isDoubled = follow.some((next, one) =>
    [...next].some((after) => doubled.has(`${one}>${after}`) && (one === after || reaches(automaton, [after], [one]))),
  );
  if (isDoubled) return 'exponential';
  const cyclic = follow.map((_, one) => one).filter((one) => reaches(automaton, [one], [one]));
  if (cyclic.some((one) => reaches(automaton, [one, one], [one, one], ([a, b]) => a !== b))) return 'exponential';
  const pairs = cyclic.flatMap((one) => cyclic.filter((other) => other !== one).map((other) => [one, other] as const));
  return pairs.some(([one, other]) => reaches(automaton, [one, one, other], [one, other, other]))
    ? 'polynomial'
    : 'linear';
}

/** Whether places can move to others, all by the same characters, by way of places of which something holds. */
function reaches(
  { takes, follow }: Automaton,
  from: readonly number[],
  to: readonly number[],
  by: (places: readonly number[]) => boolean = () => true,
): boolean {
  const goal = to.join();
  const seen = new Set<string>();
  const open: { readonly places: readonly number[]; readonly wentBy: boolean }[] = [{ places: from, wentBy: by(from) }];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    for (const places of product(state.places.map((place) => [...(follow[place] ?? [])]))) {
      const [one = 0, ...others] = places;
      if (![...(takes[one] ?? [])].some((character) => others.every((other) => takes[other]?.has(character)))) continue;
      const wentBy = state.wentBy || by(places);
      const key = `${places.join()} ${String(wentBy)}`;
      if (wentBy && places.join() === goal) return true;
      if (seen.has(key)) continue;
      seen.add(key);
      open.push({ places, wentBy });
    }
  }
  return false;
}

function product(lists: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return lists.reduce<readonly (readonly number[])[]>(
    (made, list) => made.flatMap((one) => list.map((next) => [...one, next])),
    [[]],
  );
}
