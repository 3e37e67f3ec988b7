import { styleText } from 'node:util';
import type { Check, Decided } from './check-rules';
import type { Status } from './finding';

/** Where results are printed, as they come. */
export interface Report {
  readonly add: (decided: Decided) => void;
  /** Prints what follows the last result. */
  readonly end: () => void;
}

const COLOURS: Readonly<Record<Status, 'green' | 'yellow' | 'red' | 'dim'>> = {
  passed: 'green',
  warned: 'yellow',
  failed: 'red',
  skipped: 'dim',
};
const STATUSES = Object.keys(COLOURS) as Status[];

/** A line for each rule, under headings; what to do stands below, indented. */
export function createTextReport(write: (text: string) => void, hasColours: boolean): Report {
  const counts = new Map<Status, number>();
  let heading: string | undefined;
  const paint = (status: Status, text: string): string => (hasColours ? styleText(COLOURS[status], text) : text);
  return {
    add({ rule, check }) {
      if (rule.subject !== heading) {
        heading = rule.subject;
        write(`\n${heading}\n`);
      }
      counts.set(check.status, (counts.get(check.status) ?? 0) + 1);
      write(`  ${paint(check.status, check.status.padEnd(7))}  ${check.title}: ${check.message}\n`);
      for (const line of describeFix(check)) write(`           ${line}\n`);
    },
    end() {
      write(`\n${STATUSES.map((status) => `${counts.get(status) ?? 0} ${status}`).join(', ')}\n`);
    },
  };
}

function describeFix({ status, fix, docs }: Check): readonly string[] {
  const isBreach = status === 'failed' || status === 'warned';
  return [...(fix === undefined ? [] : [`Fix: ${fix}`]), ...(isBreach ? [`See: ${docs}`] : [])];
}

/** One JSON object for all rules, printed at the end. */
export function createJsonReport(write: (text: string) => void): Report {
  const checks: Check[] = [];
  return {
    add: ({ check }) => void checks.push(check),
    end() {
      const ok = checks.every(({ status }) => status !== 'failed');
      const ordered = checks.map(({ id, title, status, message, fix, docs }) => ({
        id,
        title,
        status,
        message,
        fix,
        docs,
      }));
      write(`${JSON.stringify({ ok, checks: ordered }, undefined, 2)}\n`);
    },
  };
}
