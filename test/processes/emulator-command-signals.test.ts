import { expect, test } from '@jest/globals';
import { runSignalled, type SignalledEnd, type SignalledProgram } from '../support/signals/signalled-program';

const READY = 'Press Ctrl+C';

function runEmulator(how: Pick<SignalledProgram, 'at' | 'signals'>): Promise<SignalledEnd> {
  return runSignalled({ file: 'src/cli/main.ts', args: ['emulator', '--https'], ...how });
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'defect 7: %s at the moment the emulator command says that it is ready ends it in good order',
  async (signal) => {
    const end = await runEmulator({ at: READY, signals: [signal] });
    expect(end).toMatchObject({ code: 0, signal: null, errors: '', left: [] });
  },
);

test('defect 7: a signal before the port of the emulator command is open ends it in good order', async () => {
  const end = await runEmulator({ signals: ['SIGTERM'] });
  expect(end).toMatchObject({ code: 0, signal: null, errors: '', left: [] });
  expect(end.output).not.toContain(READY);
});

test('defect 7: a signal at the first line of the emulator command ends it in good order', async () => {
  const end = await runEmulator({ at: 'NOT Salesforce', signals: ['SIGTERM'] });
  expect(end).toMatchObject({ code: 0, signal: null, errors: '', left: [] });
});

test.each([['SIGINT', 'SIGINT'] as const, ['SIGINT', 'SIGTERM'] as const, ['SIGHUP', 'SIGINT'] as const])(
  'defect 7: %s and then %s leave no temporary folder',
  async (...signals) => {
    const end = await runEmulator({ at: READY, signals });
    expect(end.left).toEqual([]);
    expect(end.errors).toBe('');
  },
);
