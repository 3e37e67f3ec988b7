import { afterEach } from '@jest/globals';
import { startEmulator, type Emulator, type EmulatorOptions } from 'passport-marketing-cloud/emulator';

/** Where the apps of these tests are said to be called back; nothing listens there. */
export const CALLBACK = 'http://127.0.0.1:3000/auth/callback';

const running: Emulator[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((emulator) => emulator.close()));
});

/** Starts an emulator that ends with the test. */
export async function emulate(options?: EmulatorOptions): Promise<Emulator> {
  const emulator = await startEmulator(options);
  running.push(emulator);
  return emulator;
}
