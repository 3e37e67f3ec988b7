import { asObject } from '../own-properties';
import { optionError, parseOptions } from '../strict-options';

/** An error about one option of a vault; its value is never printed. */
export function badVaultOption(vault: string, option: string, must: string): TypeError {
  return optionError(option, must, vault);
}

/**
 * Checks the names of a vault's options. The result gives one by its name, or a fallback where it is left out or
 * undefined.
 *
 * @throws TypeError when they are no object, or one of them has a name that is not known
 */
export function vaultOptions(
  vault: string,
  given: unknown,
  known: readonly string[],
): (name: string, fallback?: unknown) => unknown {
  const options = asObject(given);
  if (options === undefined) throw new TypeError(`${vault} needs an options object with ${known.join(' and ')}.`);
  const option = parseOptions(vault, options, known);
  return (name, fallback) => {
    const value = option(name);
    return value === undefined ? fallback : value;
  };
}
