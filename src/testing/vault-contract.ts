import type { Vault } from '../vaults/vault';
import type { Case } from './contract/case';
import { LEASES } from './contract/leases';
import { RACES } from './contract/races';
import { RECORDS } from './contract/records';
import { REPEATS } from './contract/repeats';

/**
 * The part of a test runner that is used: Jest, Vitest, node:test and Mocha have it.
 *
 * @example
 * const runner: TestRunner = { describe, test }; // of node:test, which has no globals
 */
export interface TestRunner {
  describe(name: string, body: () => void): unknown;
  test(name: string, body: () => Promise<void>): unknown;
}

/**
 * The options of `vaultContract()`.
 *
 * @example
 * const options: VaultContractOptions = { makeVault: () => new MyVault() };
 */
export interface VaultContractOptions {
  /** Makes a vault to be tested, or gives the same one again: every test uses ids of its own. */
  readonly makeVault: () => Vault | Promise<Vault>;
  /** Left out, `describe` and `test` (or `it`) are the global ones. */
  readonly runner?: TestRunner | undefined;
}

const CHAPTERS: Readonly<Record<string, readonly Case[]>> = {
  records: RECORDS,
  leases: LEASES,
  races: RACES,
  'operations that are sent twice': REPEATS,
};

/**
 * Defines the tests that every vault must pass, one per sentence of the `Vault` interface, races included. Call it
 * where tests are defined, in a `describe` of your own or at the top of a test file. It leaves its records behind.
 *
 * @throws TypeError that names the option and the fix
 *
 * @example
 * describe('MyVault', () => vaultContract({ makeVault: () => new MyVault() }));
 */
export function vaultContract(options: VaultContractOptions): void {
  const { makeVault } = options;
  const runner = runnerFrom(options.runner ?? globalThis);
  if (typeof makeVault !== 'function') {
    throw new TypeError('Option makeVault of vaultContract must be a function that gives a vault.');
  }
  runner.describe('the contract of a vault', () => {
    for (const [chapter, cases] of Object.entries(CHAPTERS)) {
      runner.describe(chapter, () => {
        for (const [sentence, prove] of cases) {
          runner.test(sentence, async () => {
            await prove(await makeVault());
          });
        }
      });
    }
  });
}

function runnerFrom(place: object): TestRunner {
  const { describe, test, it } = place as Partial<TestRunner> & { it?: TestRunner['test'] };
  const define = test ?? it;
  if (typeof describe !== 'function' || typeof define !== 'function') {
    throw new TypeError(
      'vaultContract finds no describe and test: call it in a test file, or give option runner: { describe, test }.',
    );
  }
  return { describe, test: define };
}
