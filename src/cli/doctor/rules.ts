import type { Rule } from './rule';
import { appRules } from './rules/app-rules';
import { authorizeRules } from './rules/authorize-rules';
import { callbackRules } from './rules/callback-rules';
import { clientRules } from './rules/client-rules';
import { networkRules } from './rules/network-rules';
import { packageRules } from './rules/package-rules';
import { postgresRules } from './rules/postgres-rules';
import { redisRules } from './rules/redis-rules';
import { scopeRules } from './rules/scope-rules';
import { secretRules } from './rules/secret-rules';
import { tokenRules } from './rules/token-rules';

/** Every rule, in the order in which they are printed; those of one subject stand together. */
export const RULES: readonly Rule[] = [
  ...packageRules,
  ...clientRules,
  ...callbackRules,
  ...scopeRules,
  ...secretRules,
  ...networkRules,
  ...tokenRules,
  ...authorizeRules,
  ...appRules,
  ...redisRules,
  ...postgresRules,
];
