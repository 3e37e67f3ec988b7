import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { startEmulator, type Emulator, type Fault } from '../../src/emulator';
import { attack } from '../support/attack';
import {
  altered,
  CANARY_TOKENS,
  expectEach,
  outcomeOf,
  signInDuring,
  spoilt,
  UPSTREAM,
} from '../support/token-answers';

/** An answer that is good but for its canaries. */
function goodAnswer(emulator: Emulator): object {
  return {
    ...CANARY_TOKENS,
    token_type: 'Bearer',
    expires_in: 1079,
    rest_instance_url: `${emulator.baseUrl('rest')}/`,
    soap_instance_url: `${emulator.baseUrl('soap')}/`,
  };
}

attack('G10', 'a redirect is never followed, and is a failure', async (scene) => {
  const { emulator, sink } = scene;
  const auth = emulator.baseUrl('auth');
  const targets = {
    'the sink': sink.url,
    'the sink without a scheme': `//127.0.0.1:${sink.port}/v2/token`,
    'another path on the same host': `${auth}/v2/elsewhere`,
    'a relative path': '../elsewhere',
    'the same path': `${auth}/v2/token`,
    'plain http': 'http://mcx.auth.marketingcloudapis.com/v2/token',
    nothing: '',
  };
  for (const status of [301, 302, 303, 307, 308]) {
    await expectEach(
      scene,
      Object.fromEntries(
        Object.entries(targets).map(([name, location]) => [
          `${status} to ${name}`,
          { status, headers: { location }, body: goodAnswer(emulator) },
        ]),
      ),
      '502 invalid_response',
    );
  }
});

/** A good answer made this long by blanks, which JSON does not mind. */
function paddedTo(bytes: number): Fault {
  return altered((tokens) => JSON.stringify(tokens).padEnd(bytes, ' '));
}

const MB = 1_048_576;
const GZIPPED_10_MB = gzipSync(Buffer.alloc(10 * MB, ' '));

/** Answers that are far too large, one way or another. */
const OVERSIZED: Readonly<Record<string, Fault>> = {
  'a-gigabyte-in-chunks': { body: Buffer.alloc(MB, ' '), repeat: 1024 },
  'a-length-of-a-terabyte': {
    raw: `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000000000000\r\n\r\n${' '.repeat(2 * MB)}`,
  },
  // Gzip members may stand one after another: 10 MB that make 10 GB.
  'a-gzip-bomb': {
    body: Buffer.concat(Array.from({ length: 1024 }, () => GZIPPED_10_MB)),
    headers: { 'content-encoding': 'gzip' },
  },
  'a-thousand-encodings': {
    body: GZIPPED_10_MB,
    headers: { 'content-encoding': Array.from({ length: 1000 }, () => 'gzip').join(', ') },
  },
};

attack('G11', 'an answer that is too large is cut', async (scene) => {
  await expectEach(scene, { ...OVERSIZED, 'one byte above a megabyte': paddedTo(MB + 1) }, '502 invalid_response');
  await expectEach(scene, { 'a megabyte': paddedTo(MB) }, '302 /home');
});

test('G11b an answer that is too large makes the process grow by 32 MB at most', async () => {
  const emulator = await startEmulator();
  try {
    for (const [code, fault] of Object.entries(OVERSIZED)) {
      emulator.fault('token', { ...fault, when: ({ body }) => (body as { code?: string }).code === code });
    }
    const codes = Object.keys(OVERSIZED);
    const child = join(__dirname, '../support/memory-child.ts');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['-r', 'esbuild-register', child, JSON.stringify(emulator.strategyOptions()), 'warm-up', ...codes],
      { timeout: 15_000 },
    );
    const results = JSON.parse(stdout) as Record<string, { status: number; grownMb: number }>;
    expect(Object.keys(results)).toEqual(codes);
    for (const { status, grownMb } of Object.values(results)) {
      expect(status).toBe(502);
      expect(grownMb).toBeLessThanOrEqual(32);
    }
  } finally {
    await emulator.close();
  }
});

attack(
  'G12',
  'an answer that does not end in time is aborted',
  async (scene) => {
    await expectEach(
      scene,
      {
        'a byte now and then, for ever': { ...spoilt((tokens) => tokens), drip: { intervalMs: 20, endless: true } },
        'a byte now and then, of a page': { status: 500, body: 'down', drip: { intervalMs: 20, endless: true } },
        'silence after the headers': { hang: 'after-headers' },
        'silence in the middle': { hang: 'mid-body' },
        'silence from the start': { hang: 'before-headers' },
        'silence when all is done': { hang: 'before-headers', timing: 'after' },
        'a gzipped body that stops': {
          body: gzipSync('{}'),
          headers: { 'content-encoding': 'gzip' },
          hang: 'mid-body',
        },
      },
      '504 upstream_unavailable',
    );
    // It waits for calls that are still open.
    await scene.app.strategy.close();
  },
  { app: { strategy: { timeout: 200 } } },
);

const JSON_HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

attack('G13', 'a connection that breaks or sends garbage is upstream_unavailable', async (scene) => {
  const text = JSON.stringify(goodAnswer(scene.emulator));
  await expectEach(
    scene,
    {
      'a reset before the headers': { drop: 'before-headers' },
      'a reset before the headers, when the code is spent': { drop: 'before-headers', timing: 'after' },
      'a reset after the headers': { drop: 'after-headers' },
      'a reset in the middle': { drop: 'mid-body' },
      'an end before the headers': { raw: '' },
      'an end within the headers': { raw: JSON_HEAD },
      'an end short of the length': { raw: `${JSON_HEAD}Content-Length: ${text.length + 1}\r\n\r\n${text}` },
      'an end within a chunk': {
        raw: `${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n${(text.length + 1).toString(16)}\r\n${text}`,
      },
      'chunks without the last one': {
        raw: `${JSON_HEAD}Transfer-Encoding: chunked\r\n\r\n${text.length.toString(16)}\r\n${text}\r\n`,
      },
    },
    '503 upstream_unavailable',
  );
});

attack('G13b', 'bytes that are not valid HTTP end the sign-in with an error', async (scene) => {
  const text = JSON.stringify(goodAnswer(scene.emulator));
  await expectEach(
    scene,
    {
      'a length and chunks': {
        raw: `${JSON_HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      },
      'two lengths': { raw: `${JSON_HEAD}Content-Length: ${text.length}\r\nContent-Length: 1\r\n\r\n${text}` },
      'a body that is no gzip': {
        body: text,
        headers: { 'content-encoding': 'gzip' },
      },
      'bytes that are no HTTP': { raw: Buffer.from([0x16, 0x03, 0x01, 0x00, 0xff, ...Buffer.from('CANARY')]) },
      'a header of 64 KB': { raw: `${JSON_HEAD}X-CANARY: ${'x'.repeat(65_536)}\r\n\r\n` },
      'a line break of its own kind': { raw: `${JSON_HEAD}X-CANARY: a\rb\r\nContent-Length: 2\r\n\r\n{}` },
      'a switch of protocols': { raw: 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n' },
    },
    UPSTREAM,
  );
});

attack('G13c', 'the second of two answers to one request is dropped', async (scene) => {
  const { emulator } = scene;
  const good = JSON.stringify(goodAnswer(emulator));
  const head = (text: string): string => `${JSON_HEAD}Content-Length: ${text.length}\r\n\r\n${text}`;
  const profile = JSON.stringify({ user: { sub: 'CANARY' }, organization: { member_id: 1, enterprise_id: 1 } });
  await expectEach(
    scene,
    {
      'bad, then good': { raw: head('{}') + head(good) },
      'bad, then bad': { raw: head('[]') + head('{}') },
    },
    '502 invalid_response',
  );
  // The first is a whole answer, so its token is shown to userinfo, which has never heard of it.
  const reply = await signInDuring(emulator, scene.anotherBrowser(), { raw: head(good) + head(profile) });
  expect([outcomeOf(reply), emulator.requestsTo('userinfo').length]).toEqual(['401 Unauthorized', 1]);
});
