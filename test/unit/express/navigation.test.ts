import type { IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import { isNavigation } from '../../../src/express/navigation';

test.each([
  ['GET', { 'sec-fetch-mode': 'navigate' }, true],
  ['HEAD', { 'sec-fetch-mode': 'navigate' }, true],
  ['POST', { 'sec-fetch-mode': 'navigate' }, false],
  ['GET', { 'sec-fetch-mode': 'cors', accept: 'text/html' }, false],
  ['GET', { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }, true],
  ['GET', { accept: 'application/json, text/html;q=0.5' }, false],
  ['GET', { accept: 'application/json;q=0.5, text/html' }, true],
  ['GET', { accept: 'text/html;q=nonsense' }, false],
  ['GET', { accept: '*/*' }, false],
  ['GET', {}, false],
])('%s with %j: %s', (method, headers, navigates) => {
  expect(isNavigation({ method, headers } as unknown as IncomingMessage)).toBe(navigates);
});
