import { expect, test } from '@jest/globals';
import { describeWithRedis, redisForTests } from '../support/services';
import { runSignalled } from '../support/signals/signalled-program';
import { withPrefix } from './stored-records';

const SERVER = { file: 'example-app/src/server.ts', env: { PORT: '0' } };
const READY = 'Press Ctrl+C';
const FIRST_LINE = 'NOT Salesforce';
const CLEAN_EXIT = { code: 0, signal: null, errors: '', left: [] };
const TIMEOUT_MS = 60_000;

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'defect 7: %s at the moment the example app is ready shuts it down cleanly',
  async (signal) => {
    expect(await runSignalled({ ...SERVER, at: READY, signals: [signal] })).toMatchObject(CLEAN_EXIT);
  },
  TIMEOUT_MS,
);

test.each([undefined, FIRST_LINE])(
  'defect 7: a signal while the example app starts (at %s) shuts it down cleanly',
  async (at) => {
    const starting = { ...SERVER, ...(at !== undefined && { at }) };
    expect(await runSignalled({ ...starting, signals: ['SIGTERM'] })).toMatchObject(CLEAN_EXIT);
  },
  TIMEOUT_MS,
);

test(
  'defect 7: a second signal ends the example app without output',
  async () => {
    const end = await runSignalled({ ...SERVER, at: READY, signals: ['SIGINT', 'SIGINT'] });
    expect(end).toMatchObject({ errors: '', left: [] });
  },
  TIMEOUT_MS,
);

describeWithRedis('the cluster', () => {
  test.each([undefined, FIRST_LINE, '4 processes', READY])(
    'defect 7: a signal to the primary (at %s) shuts all processes down cleanly',
    async (at) => {
      const env = { PORT: '0', REDIS_URL: withPrefix(await redisForTests()) };
      const cluster = { file: 'example-app/src/cluster.ts', env, ...(at !== undefined && { at }) };
      expect(await runSignalled({ ...cluster, signals: ['SIGINT'] })).toMatchObject(CLEAN_EXIT);
    },
    TIMEOUT_MS,
  );
});
