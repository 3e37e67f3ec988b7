import type { Express, Request, RequestHandler, Response } from 'express';
import { expect } from '@jest/globals';
import { attack, openLogin } from '../support/attack';
import type { TestApp } from '../support/app';

const LOGINS = 10_000;
const LOGINS_PER_REQUEST = 500;
const BITS = 256;
/** How far chance may stray, in standard deviations: it goes beyond less than once in a million runs. */
const FAR = 6.5;

/**
 * A route that runs many logins for one request, each through Passport, and gives where they lead: the HTTP around
 * each would take most of the time.
 */
function manyLogins(app: Express, strategy: TestApp['strategy'], passport: TestApp['passport']): void {
  const login = passport.authenticate(strategy.name) as RequestHandler;
  const once = (req: Request): Promise<string> =>
    new Promise((resolve, reject) => {
      let location = '';
      const res = {
        setHeader: (name: string, value: string) => {
          if (name === 'Location') location = value;
        },
        getHeader: () => undefined,
        end: () => resolve(location),
      };
      // Its own response takes the cookie of each sign-in.
      login(Object.create(req, { res: { value: res } }) as Request, res as unknown as Response, reject);
    });
  app.get('/logins', (req, res, next) => {
    Promise.all(Array.from({ length: LOGINS_PER_REQUEST }, () => once(req))).then((all) => res.json(all), next);
  });
}

/** The bits of base64url texts, one after another. */
function bitsOf(texts: readonly string[]): Uint8Array {
  const bytes = Buffer.concat(texts.map((text) => Buffer.from(text, 'base64url')));
  const bits = new Uint8Array(bytes.length * 8);
  for (const [index, byte] of bytes.entries()) {
    for (let bit = 0; bit < 8; bit += 1) bits[index * 8 + bit] = (byte >> (7 - bit)) & 1;
  }
  return bits;
}

/** The monobit test of NIST SP 800-22: as many ones as zeros. In standard deviations. */
function monobit(bits: Uint8Array): number {
  let ones = 0;
  for (const bit of bits) ones += bit;
  return Math.abs(2 * ones - bits.length) / Math.sqrt(bits.length);
}

/** The runs test of NIST SP 800-22: as many changes between ones and zeros as chance makes. In standard deviations. */
function runs(bits: Uint8Array): number {
  let ones = 0;
  let changes = 0;
  for (const [index, bit] of bits.entries()) {
    ones += bit;
    if (index > 0 && bit !== bits[index - 1]) changes += 1;
  }
  const share = ones / bits.length;
  const expected = 2 * bits.length * share * (1 - share);
  return Math.abs(changes + 1 - expected) / (2 * Math.sqrt(bits.length) * share * (1 - share));
}

/** The bit position where the texts are least balanced: a fixed prefix, a counter, a clock. In standard deviations. */
function worstPosition(bits: Uint8Array): number {
  const ones = new Uint32Array(BITS);
  for (const [index, bit] of bits.entries()) ones[index % BITS] = (ones[index % BITS] ?? 0) + bit;
  const texts = bits.length / BITS;
  return Math.max(...[...ones].map((count) => Math.abs(2 * count - texts) / Math.sqrt(texts)));
}

attack(
  'B4',
  'the states and challenges of 10,000 logins all differ, share no prefix and are random',
  async ({ browser, anotherBrowser }) => {
    const urls: URL[] = [];
    for (let request = 0; request < LOGINS / LOGINS_PER_REQUEST; request += 1) {
      const { text } = await browser.get('/logins');
      urls.push(...(JSON.parse(text) as string[]).map((location) => new URL(location)));
    }
    expect(urls).toHaveLength(LOGINS);
    // And some by browsers of their own, over HTTP.
    for (let count = 0; count < 50; count += 1) urls.push(await openLogin(anotherBrowser()));

    for (const parameter of ['state', 'code_challenge']) {
      const values = urls.map(({ searchParams }) => searchParams.get(parameter) ?? '');
      expect(values.filter((value) => !/^[\w-]{43}$/.test(value))).toEqual([]);
      expect(new Set(values).size).toBe(values.length);
      // 60 bits: two alike among them once in twenty billion runs.
      expect(new Set(values.map((value) => value.slice(0, 10))).size).toBe(values.length);
      expect(new Set(values.map((value) => value.slice(-10))).size).toBe(values.length);
      const bits = bitsOf(values);
      expect(bits).toHaveLength(values.length * BITS);
      expect([parameter, monobit(bits) < FAR, runs(bits) < FAR, worstPosition(bits) < FAR]).toEqual([
        parameter,
        true,
        true,
        true,
      ]);
    }
  },
  { app: { strategy: { pkce: true }, routes: manyLogins }, timeoutMs: 60_000 },
);
