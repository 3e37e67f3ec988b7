import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file that users give to Prometheus. */
export const ALERTS_FILE = join(__dirname, '../../docs/grafana/alerts.yml');

/** What a rule says, as far as its tests need it. */
export interface AlertRule {
  readonly name: string;
  readonly expression: string;
  readonly severity: string;
  readonly annotations: { readonly summary: string; readonly description: string };
}

/** Reads the rules of docs/grafana/alerts.yml, which all have one form. */
export function readAlertRules(): readonly AlertRule[] {
  const [, ...parts] = readFileSync(ALERTS_FILE, 'utf8').split(/^ +- alert: /m);
  return parts.map((part) => {
    const member = (name: string): string => {
      const value = new RegExp(`^ +${name}: (.+)$`, 'm').exec(part)?.[1];
      if (value === undefined) throw new Error(`An alert has no ${name}: ${part}`);
      return value;
    };
    const [, expression = ''] = /expr: >-\n(.*?)\n +(?:for|labels):/s.exec(part) ?? [];
    return {
      name: part.split('\n', 1)[0] ?? '',
      expression,
      severity: member('severity'),
      annotations: { summary: member('summary'), description: member('description') },
    };
  });
}
