import { afterEach, expect, test } from '@jest/globals';
import { startEmulator, type Emulator } from '../../../../src/emulator';

let emulator: Emulator | undefined;

afterEach(() => emulator?.close());

async function open(path: string): Promise<Response> {
  emulator = await startEmulator();
  return fetch(`${emulator.baseUrl('login')}${path}`);
}

test.each([
  ['http://127.0.0.1:3000/', true],
  ['https://localhost/a?b=c', true],
  ['http://[::1]:3000/', true],
  ['https://evil.example/', false],
  ['https://127.0.0.1@evil.example/', false],
  ['https://localhost.evil.example/', false],
  ['javascript://127.0.0.1/%0aalert(1)', false],
  ['', false],
])('the page after a sign-out with the service %j links to it: %p', async (service, isLinked) => {
  const text = await (await open(`/hub-cas/logout?service=${encodeURIComponent(service)}`)).text();
  expect(text.includes(`href="${service}"`)).toBe(isLinked);
  expect([...text.matchAll(/<a /g)]).toHaveLength(isLinked ? 1 : 0);
  expect(text).toContain('You are signed out of Marketing Cloud.');
});

test('an error page says what to do', async () => {
  const answer = await open('/hub-cas/login');
  expect(answer.status).toBe(400);
  expect(await answer.text()).toMatch(/<h1>Nothing to sign in to<\/h1>[^]*What to do[^]*Start at the app/);
});

test('no page makes the browser request an icon', async () => {
  const answer = await open('/hub-cas/logout');
  expect(await answer.text()).toContain('<link rel="icon" href="data:," />');
  expect(answer.headers.get('content-security-policy')).toContain('img-src data:;');
});
