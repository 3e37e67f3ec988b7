import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { requireMarketingCloud, type Credentials } from '../../src';
import type { Emulator } from '../../src/emulator';
import { signIn } from '../support/attack';
import type { TestApp } from '../support/app';
import type { Browser } from '../support/browser';
import { heldClock } from '../support/clock';
import { appAt, emulate } from '../support/scene';
import { seeded, shuffle } from '../support/shuffle';

const USERS = 500;
const AT_ONCE = 200;
const LATER_VISITS = 200;

/** A user with a browser, and the access tokens that the app has had for this browser, as hashes. */
interface Visitor {
  readonly username: string;
  readonly id: number;
  readonly browser: Browser;
  readonly tokens: Set<string>;
}

/** What the app saw in one request: its own token before and after a call, and whose Marketing Cloud says it is. */
interface Seen {
  readonly tokens: readonly string[];
  readonly user: string | undefined;
  readonly owner: number;
}

/** An app that tells, of each guarded request, which tokens it was given; as hashes. */
async function tellingApp(emulator: Emulator, clock: () => number): Promise<TestApp> {
  return await appAt(emulator, {
    // On a busy machine an answer that waits for its turn must not run out of time.
    strategy: { timeout: 60_000, clock },
    routes: (app, strategy) => {
      app.get('/mine', requireMarketingCloud(), (req, res, next) => {
        const token = (): string => hashOf((req.user as { marketingCloud?: Credentials }).marketingCloud?.accessToken);
        const { grantId = '', rest } = req.marketingCloud;
        const before = token();
        rest
          .get<{ user: { id: number } }>('/platform/v1/tokenContext')
          .then(async ({ user }) => {
            // The same grant as a job has it.
            const { accessToken } = await strategy.credentials(grantId);
            res.json({ tokens: [before, token(), hashOf(accessToken)], user: req.user?.displayName, owner: user.id });
          })
          .catch(next);
      });
    },
  });
}

function hashOf(token: string | undefined): string {
  if (token === undefined) throw new Error('There is no token.');
  return createHash('sha256').update(token).digest('base64url');
}

test('I1 five hundred users at once, their answers in random order, each get their own tokens only', async () => {
  const emulator = await emulate();
  const random = seeded(20_260_731);
  const shuffled = shuffle(random, 32);
  for (const endpoint of ['token', 'userinfo', 'tokenContext'] as const) {
    emulator.fault(endpoint, {
      get until() {
        return shuffled.turn();
      },
    });
  }
  const clock = heldClock();
  const app = await tellingApp(emulator, clock.now);
  const { subdomain } = emulator.strategyOptions();
  const visitors = Array.from({ length: USERS }, (_, index): Visitor => {
    const id = 100_000 + index;
    return { username: `user-${id}`, id, browser: app.browser(), tokens: new Set() };
  });
  const strangers: unknown[] = [];
  let calls = 0;

  async function look({ username, id, browser, tokens }: Visitor): Promise<void> {
    const reply = await browser.get('/mine');
    calls += 1;
    const seen = reply.status === 200 ? (JSON.parse(reply.text) as Seen) : undefined;
    if (seen?.owner !== id || seen.user !== username) strangers.push([username, reply.status, seen]);
    for (const token of seen?.tokens ?? []) tokens.add(token);
  }

  /** Several calls at once, now and then with a token that has to be refreshed first. */
  async function visit(visitor: Visitor, expires: boolean): Promise<void> {
    if (expires) emulator.expireAccessTokens({ user: visitor.username });
    await Promise.all([look(visitor), ...(expires ? [look(visitor)] : [])]);
  }

  await inParallel(visitors, (visitor) =>
    shuffled.run(async () => {
      // Only now, since the login page lists all users.
      emulator.world.addUser(subdomain, { username: visitor.username, id: visitor.id });
      const reply = await signIn(emulator, visitor.browser, visitor.username);
      if (reply.location !== '/home') strangers.push([visitor.username, reply.status]);
      await visit(visitor, false);
    }),
  );
  // A younger token is not replaced for a 401.
  clock.advance(60_000);
  const later = [...visitors].sort(() => random() - 0.5).slice(0, LATER_VISITS);
  await inParallel(later, (visitor) => shuffled.run(() => visit(visitor, random() < 0.5)));

  expect(strangers).toEqual([]);
  expect(app.errors).toEqual([]);
  expect(calls).toBeGreaterThan(1.1 * USERS + LATER_VISITS);
  const all = visitors.flatMap(({ tokens }) => [...tokens]);
  expect(new Set(all).size).toBe(all.length);
  expect(all.length).toBeGreaterThan(1.1 * USERS);
  // The order was a random one indeed.
  expect(shuffled.overtaken).toBeGreaterThan(USERS);
}, 120_000);

/** Works off a list, many at once. */
async function inParallel<T>(list: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = [...list];
  const next = async (): Promise<void> => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await work(one);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, next));
}
