import { expect, test } from '@jest/globals';
import type { Fault } from '../../src/emulator';
import { grantScene, LIFETIME_MS } from '../support/grant-scene';

const UNAVAILABLE = '503 {"error":"upstream_unavailable"}';
const UNEXPLAINED = '502 {"error":"invalid_response"}';
const REFUSED: Fault = { status: 400, body: { error: 'out_of_coffee' } };

/** A grant whose access token has expired. */
async function expiredGrant() {
  const scene = await grantScene();
  scene.pass(LIFETIME_MS + 1_000);
  const outcome = async (): Promise<string> => {
    const { status, text } = await scene.browser.get('/api');
    return status === 200 ? '200' : `${status} ${text}`;
  };
  return { ...scene, outcome };
}

test.each<[string, Fault]>([
  ['403 with a page of a firewall', { status: 403, headers: { 'content-type': 'text/html' }, body: '<h1>No</h1>' }],
  ['404 without a body', { status: 404, headers: { 'content-type': undefined } }],
  ['401 in the REST dialect', { status: 401, body: { message: 'Not Authorized', errorcode: 0 } }],
  ['407 with text', { status: 407, headers: { 'content-type': 'text/plain' }, body: 'invalid_grant' }],
  [
    '400 with a word under another content type',
    { status: 400, headers: { 'content-type': 'text/html' }, body: { error: 'out_of_coffee' } },
  ],
  ['408', { status: 408, body: '' }],
  ['408 with an OAuth error', { status: 408, body: { error: 'out_of_coffee' } }],
  ['421', { status: 421, body: '' }],
  ['425', { status: 425, body: { error: 'out_of_coffee' } }],
])('defect 5: a refresh answered by %s is an outage, and never ends the grant', async (_what, fault) => {
  const { emulator, outcome, pass } = await expiredGrant();
  const failing = emulator.fault('token', fault);
  for (let round = 0; round < 6; round += 1) {
    expect(await outcome()).toBe(UNAVAILABLE);
    pass(150_000);
  }
  failing.remove();
  expect(await outcome()).toBe('200');
});

test('defect 5: refusals without an explanation within two minutes count once, however many they are', async () => {
  const { emulator, outcome, pass } = await expiredGrant();
  const failing = emulator.fault('token', REFUSED);
  for (let round = 0; round < 14; round += 1) {
    expect(await outcome()).toBe(UNEXPLAINED);
    pass(16_000);
  }
  expect(emulator.requestsTo('token').length).toBe(14);
  failing.remove();
  expect(await outcome()).toBe('200');
});

test('defect 5: the third counted refusal ends the grant, with any other failures in between', async () => {
  const { emulator, outcome, pass } = await expiredGrant();
  emulator.fault('token', REFUSED);
  const outcomes: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    outcomes.push(await outcome());
    pass(61_000);
  }
  expect(outcomes.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => UNEXPLAINED));
  expect(outcomes[4]).toMatch(/^401/);
});

test('defect 5: an outage in between begins the count anew', async () => {
  const { emulator, outcome, pass } = await expiredGrant();
  for (const fault of [REFUSED, REFUSED, { status: 404, body: '' }, REFUSED, REFUSED]) {
    const failing = emulator.fault('token', fault);
    expect(await outcome()).not.toMatch(/^(?:200|401)/);
    failing.remove();
    pass(121_000);
  }
  expect(await outcome()).toBe('200');
});

test('defect 4: a long Retry-After is told as the server said it, and what is left of it while the grant cools down', async () => {
  const { emulator, browser, pass } = await expiredGrant();
  emulator.fault('token', { status: 503, headers: { 'Retry-After': '3600' }, body: '' });
  const first = await browser.get('/api');
  pass(10_000);
  const second = await browser.get('/api');
  expect([first, second].map(({ headers }) => headers['retry-after'])).toEqual(['3600', '3590']);
  expect(emulator.requestsTo('token').length).toBe(1);
  pass(50_000);
  await browser.get('/api');
  expect(emulator.requestsTo('token').length).toBe(2);
});
