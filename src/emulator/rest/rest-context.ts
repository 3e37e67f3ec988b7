import type { Request } from 'express';
import type { SharedData } from '../data/shared-data';
import type { ListRules } from './lists/paging-dialects';

/**
 * The account and the permissions behind the access token of a REST call.
 *
 * @see https://developer.salesforce.com/docs/marketing/marketing-cloud/guide/data-access-permissions.html
 */
export interface RestCaller {
  readonly enterpriseId: number;
  readonly businessUnitId: number;
  readonly userId: number | undefined;
  /** Returns whether the token has the scope and its user has the permission. */
  hasPermission(scope: string): boolean;
}

/** What the REST routes work with. */
export interface RestContext extends SharedData {
  readonly listRules: ListRules;
  /** Returns the caller of a request; `undefined` without a valid access token. */
  getCaller(req: Request): RestCaller | undefined;
  /** The emulator's clock, in milliseconds since the epoch. */
  now(): number;
}
