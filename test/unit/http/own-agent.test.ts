import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, jest, test } from '@jest/globals';

const INNER_MODULE = 'undici/lib/dispatcher/agent.js';
const server = createServer((_req, res) => res.end('{"ok":true}'));

afterEach(() => {
  jest.resetModules();
  jest.dontMock(INNER_MODULE);
  server.close();
});

test('an undici whose inner modules are elsewhere is loaded as a whole', async () => {
  let isAsked = false;
  jest.doMock(INNER_MODULE, () => {
    // undici itself finds it.
    if (isAsked) return jest.requireActual(INNER_MODULE);
    isAsked = true;
    throw new Error('Cannot find module');
  });
  const { Transport } = await import('../../../src/http/transport');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const transport = new Transport({ timeoutMs: 10_000 });
  expect(await transport.call({ method: 'GET', url, headers: {} })).toMatchObject({ status: 200, text: '{"ok":true}' });
  const answer = await transport.open({ method: 'GET', url, headers: {} });
  expect(await answer.text(1_000)).toBe('{"ok":true}');
  await transport.close();
  expect(isAsked).toBe(true);
});
