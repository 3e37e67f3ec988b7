import { expect, test } from '@jest/globals';
import { createView } from '../../../src/express/user-view';

class Account {
  readonly #id: number;
  readonly name = 'Maya';

  constructor(id: number) {
    this.#id = id;
  }

  equals(other: Account): boolean {
    return this.#id === other.#id;
  }
}

function viewed(account: Account): Account & { marketingCloud?: unknown } {
  return createView(account, () => undefined) as Account;
}

test('defect 35: a method of the user reads private fields of a view that it is given', () => {
  const user = viewed(new Account(1));
  expect(user.equals(user)).toBe(true);
  expect(user.equals(viewed(new Account(1)))).toBe(true);
  expect(user.equals(viewed(new Account(2)))).toBe(false);
});

test('defect 35: valueOf gives the original, for structuredClone and for methods of other objects', () => {
  const account = new Account(1);
  const user = viewed(account);
  expect(user.valueOf()).toBe(account);
  const original = user.valueOf();
  expect(original instanceof Account && new Account(1).equals(original)).toBe(true);
  expect(structuredClone(user.valueOf())).toEqual({ name: 'Maya' });
  expect(() => new Account(1).equals(user)).toThrow(TypeError);
  expect(() => structuredClone(user)).toThrow();
});

test('defect 35: a class that has a valueOf of its own keeps it', () => {
  class Amount {
    valueOf(): number {
      return 7;
    }
  }
  expect(Number(createView(new Amount(), () => undefined))).toBe(7);
});

test('a marketingCloud of the user’s own is hidden from copies and JSON of the view', () => {
  const user = { name: 'Maya', marketingCloud: undefined };
  const view = createView(user, () => ({ accessToken: 'x' }) as never) as { marketingCloud?: unknown };
  expect(view.marketingCloud).toEqual({ accessToken: 'x' });
  expect([JSON.stringify(view), Object.keys({ ...view }), 'marketingCloud' in view]).toEqual([
    '{"name":"Maya"}',
    ['name'],
    true,
  ]);
});

test('a marketingCloud of the user’s own that cannot be hidden is an error that names the fix', () => {
  const user = Object.freeze({ name: 'Maya', marketingCloud: undefined });
  expect(() => createView(user, () => undefined)).toThrow(expect.objectContaining({ code: 'invalid_user' }));
});
