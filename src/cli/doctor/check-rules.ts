import { bareCause } from '../../bare-cause';
import { withTimeout } from '../../with-timeout';
import type { Facts } from './facts';
import { failed, skipped, type Finding, type Status } from './finding';
import type { Rule } from './rule';

/** A rule with its result, as `--json` prints it. */
export interface Check {
  readonly id: string;
  readonly title: string;
  readonly status: Status;
  readonly message: string;
  readonly fix?: string;
  readonly docs: string;
}

/** A rule with its result. */
export interface Decided {
  readonly rule: Rule;
  readonly check: Check;
}

/** No rule may hold the others up, also where several connections wait for each other. */
const MAX_RULE_MS = 20_000;

/** Checks all rules at the same time, and gives their results in the order of the rules, each as soon as it is there. */
export async function* checkRules(rules: readonly Rule[], facts: Facts): AsyncGenerator<Decided> {
  const pending = rules.map((rule) => ({ rule, finding: decide(rule, facts) }));
  for (const { rule, finding } of pending) {
    const { id, title, docs } = rule;
    yield { rule, check: { id, title, docs, ...(await finding) } };
  }
}

async function decide(rule: Rule, facts: Facts): Promise<Finding> {
  try {
    return await withTimeout(
      MAX_RULE_MS,
      () => rule.check(facts),
      () => skipped('It took too long.', 'Run the doctor again.'),
    );
  } catch (error) {
    return failed(
      `The check itself has failed (${bareCause(error).message}).`,
      'Report it: https://github.com/passport-marketing-cloud/passport-marketing-cloud/issues',
    );
  }
}
