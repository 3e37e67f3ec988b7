/**
 * Measures contestants in turns: each once a round, and each round begins with another one, so that what disturbs the
 * machine for a while disturbs all of them.
 *
 * @returns the values of each contestant, one a round
 */
export async function interleave<Name extends string>(
  names: readonly Name[],
  rounds: number,
  measure: (name: Name, round: number) => Promise<number>,
  progress: (text: string) => void,
): Promise<Map<Name, number[]>> {
  const values = new Map<Name, number[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    progress(`round ${round + 1} of ${rounds}`);
    const first = round % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      values.get(name)?.push(await measure(name, round));
    }
  }
  return values;
}
