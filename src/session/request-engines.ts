import type { Engine } from '../api/engine';
import type { ExpressApp } from './session-request';

/** Where a request keeps the engines of the strategies it may use. */
const ENGINES = Symbol.for('passport-marketing-cloud.engines');

interface Carrier {
  [ENGINES]?: Engine[];
}

/** Where an Express app keeps the strategies that it has used, by name; for every copy of the package. */
const NAMES = Symbol.for('passport-marketing-cloud.names');

/**
 * Claims a strategy's name in the app of a request. A session holds grants by strategy name: a second strategy of the same
 * name would find the first one's, and a route would run with another integration's token.
 *
 * @throws TypeError for a second strategy of the same name, with the fix
 */
export function claimName(req: { app?: ExpressApp }, engine: Engine): void {
  let app = req.app;
  if (app === undefined) return;
  while (app.parent !== undefined) app = app.parent;
  const known: unknown = Reflect.get(app, NAMES);
  const names = known instanceof Map ? (known as Map<string, Engine>) : new Map<string, Engine>();
  Object.defineProperty(app, NAMES, { value: names, configurable: true });
  const first = names.get(engine.name);
  if (first === undefined) names.set(engine.name, engine);
  else if (first !== engine) {
    throw new TypeError(
      `Two strategies of this app call themselves ${engine.name}. Give each its own option name, and its own callbackURL: passport.use(new Strategy({ name: '…', … })).`,
    );
  }
}

/** Notes that a request has come through `marketingCloud()` of this engine's strategy. */
export function rememberEngine(req: object, engine: Engine): void {
  const noted = getEngines(req).filter((other) => other !== engine);
  (req as Carrier)[ENGINES] = [...noted, engine];
}

/** The engines of a request, the one that came last last. */
export function getEngines(req: object): readonly Engine[] {
  return (req as Carrier)[ENGINES] ?? [];
}
