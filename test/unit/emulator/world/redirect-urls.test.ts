import { expect, test } from '@jest/globals';
import { allowsRedirectUrl, findRedirectUrlProblem } from '../../../../src/emulator/world/redirect-urls';

test.each([
  ['https://app.example.com/auth/callback', true],
  ['https://127.0.0.1:3002/cb', true],
  ['https://127.0.0.1:80/', true],
  ['myapp://callback', true],
  ['https://localhost:80/', false],
  ['http://127.0.0.1:3000/cb', false],
  ['http://app.example.com/cb', false],
  ['https://app.example.com/*', false],
  ['https://app.example.com/#top', false],
  ['/cb', false],
])('Marketing Cloud takes %s: %s', (url, isGood) => {
  expect(findRedirectUrlProblem(url, false) === undefined).toBe(isGood);
});

test.each([
  ['http://127.0.0.1:3000/cb', true],
  ['http://localhost/cb', true],
  ['http://[::1]:3000/cb', true],
  ['http://app.example.com/cb', false],
  ['http://127.0.0.1.evil.example/cb', false],
])('relaxed on loopback, %s is good: %s', (url, isGood) => {
  expect(findRedirectUrlProblem(url, true) === undefined).toBe(isGood);
});

test.each([
  ['http://127.0.0.1:3000/cb', true, true],
  ['http://localhost:3000/cb', true, true],
  ['https://127.0.0.1/cb', false, true],
  ['http://127.0.0.1:3000/cb', false, false],
  ['https://app.example.com/cb', true, false],
  ['myapp://127.0.0.1/cb', true, false],
  ['not a url', true, false],
])('any on loopback allows %s (relaxed: %s): %s', (url, relaxed, allowed) => {
  expect(allowsRedirectUrl('any-on-loopback', url, relaxed)).toBe(allowed);
});

test('registered URLs are compared as text', () => {
  const list = ['https://app.example.com/cb'];
  expect(allowsRedirectUrl(list, 'https://app.example.com/cb', true)).toBe(true);
  for (const other of ['https://app.example.com/cb/', 'https://APP.example.com/cb', 'https://app.example.com/cb?x=1']) {
    expect(allowsRedirectUrl(list, other, true)).toBe(false);
  }
});
