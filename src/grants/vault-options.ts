import { asObject } from '../protocol/own';

/** An error about one option of a vault; its value is never printed. */
export function badVaultOption(vault: string, option: string, must: string): TypeError {
  return new TypeError(`Option ${option} of ${vault} ${must}.`);
}

/**
 * A vault's own options by name; `undefined` counts as left out.
 *
 * @throws TypeError when they are no object, or have a name that is not known
 */
export function vaultOptions(vault: string, given: unknown, known: readonly string[]): ReadonlyMap<string, unknown> {
  const options = asObject(given);
  if (options === undefined) throw new TypeError(`${vault} needs an options object with ${known.join(' and ')}.`);
  const unknown = Object.keys(options).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw badVaultOption(vault, unknown, `is unknown; the options are ${known.join(' and ')}`);
  }
  return new Map(Object.entries(options).filter(([, value]) => value !== undefined));
}
