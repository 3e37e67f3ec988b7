import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from '@jest/globals';
import { findProgram } from './probe';

/** A Prometheus with rules that scrapes one target. */
export interface TestPrometheus {
  /** The alerts of its rules, as its API gives them. */
  readonly alerts: () => Promise<readonly PrometheusAlert[]>;
  readonly stop: () => Promise<void>;
}

/** An alert that is pending or firing. */
export interface PrometheusAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly state: 'pending' | 'firing';
}

/** Starts a Prometheus on any free port of loopback, which scrapes the target and evaluates the rules many times a second. */
export async function startPrometheus(
  program: string,
  { target, rules }: { readonly target: string; readonly rules: string },
): Promise<TestPrometheus> {
  const folder = mkdtempSync(join(tmpdir(), 'mcg-prometheus-'));
  writeFileSync(join(folder, 'rules.yml'), rules);
  const config = {
    global: { scrape_interval: '100ms', scrape_timeout: '100ms', evaluation_interval: '100ms' },
    rule_files: ['rules.yml'],
    scrape_configs: [{ job_name: 'app', static_configs: [{ targets: [target] }] }],
  };
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const args = ['--config.file=prometheus.yml', '--storage.tsdb.path=data', '--web.listen-address=127.0.0.1:0'];
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  const end = (): void => void child.kill('SIGTERM');
  process.once('exit', end);
  const stop = async (): Promise<void> => {
    process.off('exit', end);
    if (child.exitCode === null && child.signalCode === null) {
      end();
      await exited;
    }
    rmSync(folder, { recursive: true, force: true });
  };
  let log = '';
  const address = await new Promise<string>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      log += text;
      const found = /address=(127\.0\.0\.1:[1-9]\d*)/.exec(log)?.[1];
      if (found !== undefined && log.includes('ready to receive web requests')) resolve(found);
    });
    child.once('exit', () => reject(new Error(`${program} ends: ${log}`)));
  });
  return {
    alerts: async () => {
      const answer = await fetch(`http://${address}/api/v1/alerts`);
      return ((await answer.json()) as { data: { alerts: PrometheusAlert[] } }).data.alerts;
    },
    stop,
  };
}

/** Prometheus's own programs, where both are installed. */
const PROMETHEUS = { server: findProgram('prometheus'), tool: findProgram('promtool') };

/** Tests with a Prometheus: skipped where it is not installed, since few have one. */
export function describeWithPrometheus(
  name: string,
  body: (programs: { readonly server: string; readonly tool: string }) => void,
): void {
  const { server, tool } = PROMETHEUS;
  if (server === undefined || tool === undefined) {
    describe.skip(`${name} (there is none installed)`, () => body({ server: 'prometheus', tool: 'promtool' }));
  } else {
    describe(name, () => body({ server, tool }));
  }
}
