import { beforeAll, describe, expect, test } from '@jest/globals';
import type { Vault } from '../../../src';
import { vaultContract } from '../../../src/testing';
import { BROKEN_VAULTS, SOUND_VAULT } from './broken-vaults';

/** The sentences of the contract, in the words of its tests, with what each of them does. */
function sentencesOf(makeVault: () => Vault): [string, () => Promise<void>][] {
  const tests: [string, () => Promise<void>][] = [];
  vaultContract({
    makeVault,
    runner: {
      describe: (_name, body) => body(),
      test: (name, body) => tests.push([name, body]),
    },
  });
  return tests;
}

/** The sentences that are not true of a vault. */
async function brokenBy(make: new () => Vault): Promise<string[]> {
  const failed = await Promise.all(
    sentencesOf(() => new make()).map(async ([sentence, prove]) => {
      try {
        await prove();
        return [];
      } catch {
        return [sentence];
      }
    }),
  );
  return failed.flat();
}

describe('the contract of a vault', () => {
  const broken = new Map<string, string[]>();

  beforeAll(async () => {
    const found = await Promise.all(
      Object.entries(BROKEN_VAULTS).map(async ([fault, make]) => [fault, await brokenBy(make)] as const),
    );
    for (const [fault, sentences] of found) broken.set(fault, sentences);
  }, 60_000);

  test('holds for a sound vault', async () => {
    expect(await brokenBy(SOUND_VAULT)).toEqual([]);
  });

  test.each(Object.keys(BROKEN_VAULTS))('catches a vault that %s', (fault) => {
    expect(broken.get(fault)).not.toEqual([]);
  });

  test('tries the owner of an expired lease by its own name', () => {
    expect(broken.get('releases for earlier owners')).toContain('an expired lease can be neither renewed nor released');
  });

  test('has no sentence that every vault keeps', () => {
    const caught = new Set([...broken.values()].flat());
    const always = sentencesOf(() => new SOUND_VAULT())
      .map(([sentence]) => sentence)
      .filter((sentence) => !caught.has(sentence));
    expect(always).toEqual([]);
  });
});

describe('vaultContract', () => {
  test('wants a function that makes vaults, and a place to define tests', () => {
    expect(() => vaultContract({ makeVault: new SOUND_VAULT() as never })).toThrow(
      'Option makeVault of vaultContract must be a function',
    );
    const runner = { describe: undefined, test: undefined } as never;
    expect(() => vaultContract({ makeVault: () => new SOUND_VAULT(), runner })).toThrow('option runner');
  });
});
