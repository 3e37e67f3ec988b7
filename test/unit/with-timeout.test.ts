import { get } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { Transport } from '../../src/http/transport';
import { withTimeout } from '../../src/with-timeout';
import { standStill, startAnsweringThread, type AnsweringThread } from '../support/answering-thread';

/** Longer than it takes a busy machine to send a request. */
const TIMEOUT_MS = 2_000;
let server: AnsweringThread | undefined;

afterEach(async () => {
  await server?.close();
});

function late(): never {
  throw new Error('late');
}

function answerFrom(url: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, (answer) => {
      let text = '';
      answer.on('data', (chunk) => (text += String(chunk))).once('end', () => resolve(text));
    }).once('error', reject);
  });
}

test('defect 6, defect 25: an answer that came in time wins against a deadline that fires late', async () => {
  server = await startAnsweringThread('{}', 50);
  const { origin, requested } = server;
  const sent = requested();
  const answer = withTimeout(TIMEOUT_MS, () => answerFrom(origin), late);
  await sent;
  standStill(TIMEOUT_MS + 500);
  expect(await answer).toBe('{}');
});

test('defect 6, defect 25: a call to Marketing Cloud whose answer came in time is answered after the event loop was blocked', async () => {
  server = await startAnsweringThread('{"ok":true}', 50);
  const { origin, requested } = server;
  const transport = new Transport({ timeoutMs: TIMEOUT_MS });
  // The first call loads undici, which may take its time.
  const loaded = requested();
  await transport.call({ method: 'GET', url: origin, headers: {} });
  await loaded;
  const sent = requested();
  const call = transport.call({ method: 'POST', url: `${origin}/v2/token`, headers: {}, body: '{}' });
  await sent;
  standStill(TIMEOUT_MS + 500);
  expect(await call).toMatchObject({ status: 200, text: '{"ok":true}' });
  await transport.close();
});

test('defect 25: an answer that has not come by then is late', async () => {
  server = await startAnsweringThread('{}', 60_000);
  const { origin } = server;
  await expect(withTimeout(20, () => new Promise(() => undefined), late)).rejects.toThrow('late');
  const transport = new Transport({ timeoutMs: 20 });
  const call = transport.call({ method: 'GET', url: origin, headers: {} });
  await expect(call).rejects.toMatchObject({ code: 'upstream_unavailable', status: 504 });
  await transport.close();
});

test('what the work throws, at once or later, is thrown, and a timeout may give a value', async () => {
  const broken = (): never => {
    throw new Error('broken');
  };
  await expect(withTimeout(1_000, broken, late)).rejects.toThrow('broken');
  await expect(withTimeout(1_000, () => Promise.reject(new Error('failed')), late)).rejects.toThrow('failed');
  expect(
    await withTimeout<unknown>(
      1,
      () => new Promise(() => undefined),
      () => 'too late',
    ),
  ).toBe('too late');
});
