import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { transformSync } from 'esbuild';
import express, { type Express, type RequestHandler } from 'express';
import session, { MemoryStore, type Store } from 'express-session';
import passport from 'passport';
import { marketingCloud, Strategy, type StrategyOptions } from '../../src';
import type { Emulator } from '../../src/emulator';
import { blocksOf } from '../package/markdown';

const ROOT = join(__dirname, '../..');
/** Where a program is a module that finds its dependencies. */
const FOLDER = join(ROOT, `node_modules/.cache/guides-${process.pid}`);

let modules = 0;

afterAll(() => rmSync(FOLDER, { recursive: true, force: true }));

/** The code of a guide's block that contains a text, as it stands on the page. */
export function codeIn(page: string, text: string): string {
  const blocks = blocksOf(readFileSync(join(ROOT, 'docs/guides', page), 'utf8'));
  const found = blocks.filter(({ language, code }) => language === 'ts' && code.includes(text));
  const [block] = found;
  if (block === undefined || found.length > 1) {
    throw new Error(`docs/guides/${page} has ${found.length} programs with ${JSON.stringify(text)}; one is needed.`);
  }
  return block.code;
}

/**
 * Runs a program of a guide as it stands on the page, with the package's sources, and resolves to what it exports. Each
 * call is another module, so that a test can run a program twice, as two processes do.
 */
export async function runProgram<T>(page: string, text: string): Promise<T> {
  mkdirSync(FOLDER, { recursive: true });
  modules += 1;
  const file = join(FOLDER, `${modules}.js`);
  writeFileSync(file, transformSync(codeIn(page, text), { loader: 'ts', format: 'cjs', target: 'node20' }).code);
  return (await import(file)) as T;
}

/** Options of a strategy at an emulator; both have the emulator's clock. */
export function optionsAt(emulator: Emulator): StrategyOptions & { passReqToCallback?: false } {
  const callbackURL = 'http://127.0.0.1/auth/callback';
  return { ...emulator.strategyOptions(), callbackURL, clock: emulator.clock.now };
}

/**
 * An app around a strategy, as the README's program makes it, with recipes that add routes to the global `app`. Its
 * sessions are in memory unless a store is given.
 */
export async function appWith(
  given: Strategy | { readonly strategy: Strategy; readonly store: Store },
  page: string,
  ...recipes: readonly string[]
): Promise<{ app: Express; exported: Readonly<Record<string, unknown>> }> {
  const { strategy, store = new MemoryStore() } = given instanceof Strategy ? { strategy: given } : given;
  passport.use(strategy);
  passport.serializeUser((user, done) => done(null, user));
  passport.deserializeUser((user: Express.User, done) => done(null, user));
  const app = express();
  app.use(session({ store, secret: 'of the session', resave: false, saveUninitialized: false }));
  app.use(passport.session());
  app.use(marketingCloud(strategy));
  app.get('/login', passport.authenticate('marketing-cloud') as RequestHandler);
  const callback = passport.authenticate('marketing-cloud', { successReturnToOrRedirect: '/' }) as RequestHandler;
  app.get('/auth/callback', callback);
  Object.assign(globalThis, { app, strategy });
  const exported = {};
  for (const recipe of recipes) Object.assign(exported, await runProgram<object>(page, recipe));
  return { app, exported };
}
