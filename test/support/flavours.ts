import express5 from 'express';
import passport7 from 'passport';

/** One of the combinations of other people's packages that an app may be made of. */
export interface Flavour {
  readonly name: string;
  readonly express: typeof express5;
  readonly passport: typeof passport7;
  readonly queryParser: 'simple' | 'extended';
}

// The aliases have no types of their own; what we use of them is the same in both lines.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const express4 = require('express4') as typeof express5;
// eslint-disable-next-line @typescript-eslint/no-require-imports
const passport6 = require('passport06') as typeof passport7;

/** Express 4 and 5 × Passport 0.6 and 0.7 × both query parsers. */
export const ALL_FLAVOURS: readonly Flavour[] = (['simple', 'extended'] as const).flatMap((queryParser) => [
  { name: `Express 5, Passport 0.7, ${queryParser} queries`, express: express5, passport: passport7, queryParser },
  { name: `Express 5, Passport 0.6, ${queryParser} queries`, express: express5, passport: passport6, queryParser },
  { name: `Express 4, Passport 0.7, ${queryParser} queries`, express: express4, passport: passport7, queryParser },
  { name: `Express 4, Passport 0.6, ${queryParser} queries`, express: express4, passport: passport6, queryParser },
]);

/** Both Express lines and both query parsers, in two combinations: what every attack is run on. */
export const ATTACKED_FLAVOURS: readonly Flavour[] = ALL_FLAVOURS.filter(({ name }) =>
  /^Express 5, Passport 0.7, simple|^Express 4, Passport 0.6, extended/.test(name),
);
