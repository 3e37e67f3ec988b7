import type { Engine } from '../api/engine';
import type { ExpressApp } from './app-request';
import { findRequestState, getRequestState } from './request-state';

/** A request, which knows its app where Express has made it. */
interface RequestOfApp {
  readonly app?: ExpressApp;
}

/** Where an Express app keeps the strategies that it has used, by name; for every copy of the package. */
const NAMES = Symbol.for('passport-marketing-cloud.names');

/**
 * Claims a strategy's name in the app of a request. A session holds grants by strategy name: a second strategy of the same
 * name would find the first one's, and a route would run with another integration's token.
 *
 * @throws TypeError for a second strategy of the same name, with the fix
 */
export function claimName(req: RequestOfApp, engine: Engine): void {
  const names = getNames(req);
  if (names === undefined) return;
  const first = names.get(engine.name);
  if (first === engine) return;
  if (first !== undefined) {
    throw new TypeError(
      `Two strategies of this app have the name ${engine.name}. Give each its own name and its own callbackURL: passport.use(new Strategy({ name: '…', … })).`,
    );
  }
  names.set(engine.name, engine);
}

function getNames(req: RequestOfApp): Map<string, Engine> | undefined {
  let { app } = req;
  if (app === undefined) return undefined;
  while (app.parent !== undefined) app = app.parent;
  const known: unknown = Reflect.get(app, NAMES);
  if (known instanceof Map) return known as Map<string, Engine>;
  const names = new Map<string, Engine>();
  Object.defineProperty(app, NAMES, { value: names, configurable: true });
  return names;
}

/** Adds the engine of a `marketingCloud()` that runs on the request. The engine that was added last is the last. */
export function addEngine(req: object, engine: Engine): void {
  const state = getRequestState(req);
  const { engines } = state;
  state.engines = engines.length === 0 ? [engine] : [...engines.filter((other) => other !== engine), engine];
}

/** The engines of a request, in the order in which they were added. */
export function getEngines(req: object): readonly Engine[] {
  return findRequestState(req)?.engines ?? NO_ENGINES;
}

const NO_ENGINES: readonly Engine[] = [];

/**
 * The engine of a grant that a session holds, by its strategy's name: one of the request, else one that the app has used.
 * A route may answer before the `marketingCloud()` of another strategy has run.
 */
export function getEngineOf(req: RequestOfApp, name: string): Engine | undefined {
  return getEngines(req).find((engine) => engine.name === name) ?? getNames(req)?.get(name);
}
