import { expect, test } from '@jest/globals';
import { describeUnknown, optionError, parseOptions } from '../../src/strict-options';

const KNOWN = ['loginUrl', 'scope'] as const;

test('reads options by name, and what is inherited or undefined as left out', () => {
  const option = parseOptions(
    'guard()',
    Object.assign(Object.create({ scope: 'x' }) as object, { loginUrl: '/in' }),
    KNOWN,
  );
  expect(option('loginUrl')).toBe('/in');
  expect(option('scope')).toBeUndefined();
  expect(parseOptions('guard()', undefined, KNOWN)('scope')).toBeUndefined();
  expect(parseOptions('guard()', { nothing: undefined }, KNOWN)('scope')).toBeUndefined();
});

test.each([
  ['loginURL', 'Option loginURL of guard() is unknown; did you mean loginUrl?'],
  ['scopes', 'Option scopes of guard() is unknown; did you mean scope?'],
  ['loginUlr', 'Option loginUlr of guard() is unknown; did you mean loginUrl?'],
  ['colour', 'Option colour of guard() is unknown; the options are loginUrl, scope.'],
])('defect 21, defect 24: refuses the unknown option %s', (name, message) => {
  expect(() => parseOptions('guard()', { [name]: 'CANARY' }, KNOWN)).toThrow(new TypeError(message));
});

test.each([['/login'], [null], [[]], [() => 1], [new Map([['loginUrl', '/in']])]])(
  'refuses %p in place of an options object',
  (given) => {
    expect(() => parseOptions('guard()', given, KNOWN)).toThrow(
      new TypeError('guard() takes an options object with loginUrl, scope.'),
    );
  },
);

test('says where there are no options', () => {
  expect(() => parseOptions('none()', 5, [])).toThrow(new TypeError('none() takes no options.'));
});

test('ends a question with one mark only', () => {
  expect(optionError('clientId', describeUnknown('clientId', ['clientID'])).message).toBe(
    'Option clientId is unknown; did you mean clientID?',
  );
});
