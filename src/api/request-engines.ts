import type { Engine } from './engine';

/** Where a request keeps the engines of the strategies it may use. */
const ENGINES = Symbol('passport-marketing-cloud.engines');

interface Carrier {
  [ENGINES]?: Engine[];
}

/** Notes that a request has come through `marketingCloud()` of this engine's strategy. */
export function noteEngine(req: object, engine: Engine): void {
  const noted = enginesOf(req).filter((other) => other !== engine);
  (req as Carrier)[ENGINES] = [...noted, engine];
}

/** The engines of a request, the one that came last last. */
export function enginesOf(req: object): readonly Engine[] {
  return (req as Carrier)[ENGINES] ?? [];
}
