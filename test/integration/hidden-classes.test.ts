import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import type { Request, Response } from 'express';
import { ALL_FLAVOURS, type Flavour } from '../support/flavours';
import { appAt, emulate } from '../support/scene';

/** Whether V8 keeps two objects by the same hidden class: a function of V8's own, which is not JavaScript. */
const haveSameHiddenClass = compileNative('(one, other) => %HaveSameMap(one, other)');

function compileNative(source: string): (one: object, other: object) => boolean {
  setFlagsFromString('--allow-natives-syntax');
  try {
    const compiled = runInThisContext(source) as (one: object, other: object) => boolean;
    // It is compiled when it is first called.
    compiled({}, {});
    return compiled;
  } finally {
    setFlagsFromString('--no-allow-natives-syntax');
  }
}

/** Express 5 and 4. */
const EXPRESS = ALL_FLAVOURS.filter(({ name }) => name.endsWith('Passport 0.7, simple queries'));

interface Handled {
  readonly req: Request;
  readonly res: Response;
}

/** Two requests of an app, as a route gets them. */
async function handleTwo(flavour: Flavour): Promise<readonly [Handled, Handled]> {
  const handled: Handled[] = [];
  const routes = (express: ReturnType<Flavour['express']>): void => {
    express.get('/seen', (req, res) => {
      handled.push({ req, res });
      res.sendStatus(204);
    });
  };
  const app = await appAt(await emulate(), { flavour, routes });
  const browser = app.browser();
  await browser.get('/seen');
  await browser.get('/seen');
  return handled as [Handled, Handled];
}

describe.each(EXPRESS)('after marketingCloud(), $name', (flavour) => {
  test('requests share a hidden class, and so do responses', async () => {
    const [one, other] = await handleTwo(flavour);
    expect(haveSameHiddenClass(one.req, other.req)).toBe(true);
    expect(haveSameHiddenClass(one.res, other.res)).toBe(true);
  });

  test('a request and its response know each other as before', async () => {
    const asAssigned = { writable: true, enumerable: true, configurable: true };
    for (const { req, res } of await handleTwo(flavour)) {
      expect(Object.getOwnPropertyDescriptor(req, 'res')).toEqual({ ...asAssigned, value: res });
      expect(Object.getOwnPropertyDescriptor(res, 'req')).toEqual({ ...asAssigned, value: req });
    }
  });
});
