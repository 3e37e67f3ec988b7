import express from 'express';
import request from 'supertest';
import { createSharedData } from '../../../../src/emulator/data/shared-data';
import type { ListRules } from '../../../../src/emulator/rest/lists/paging-dialects';
import type { RestCaller } from '../../../../src/emulator/rest/rest-context';
import { createRestRoutes } from '../../../../src/emulator/rest/rest-routes';
import { settleOptions } from '../../../../src/emulator/settle-options';

/** The permissions of a caller in these tests. `user` is the permissions of the user, which limit the scopes. */
export interface Caller {
  readonly mid?: number;
  readonly scopes?: readonly string[];
  readonly user?: readonly string[];
}

export const everyScope = [
  ...['documents_and_images_read', 'documents_and_images_write', 'saved_content_read', 'saved_content_write'],
  ...['email_read', 'email_write', 'data_extensions_read', 'data_extensions_write', 'journeys_read'],
];

export const documentation =
  'https://developer.salesforce.com/docs/atlas.en-us.mc-apis.meta/mc-apis/error-handling.htm';

export const insufficientPrivileges = {
  message: 'Insufficient privileges to complete this action.',
  errorcode: 20002,
  documentation,
};

/** Creates an app with the REST routes only and a clock that tests set; bearer tokens name the callers. */
export function restApp(rules: Partial<ListRules> = {}) {
  const callers = new Map<string, RestCaller>();
  const clock = { ms: Date.UTC(2026, 0, 15, 18, 0, 0) };
  const app = express();
  app.use(
    createRestRoutes({
      ...createSharedData(),
      getCaller: (req) => callers.get((req.get('authorization') ?? '').replace('Bearer ', '')),
      now: () => clock.ms,
      listRules: { ...settleOptions({}), ...rules },
    }),
  );

  /** Creates a client for one caller, with its own token. */
  function as({ mid = 510001, scopes = everyScope, user }: Caller = {}) {
    const token = `t${callers.size}`;
    const granted = new Set(scopes);
    callers.set(token, {
      enterpriseId: 500000,
      businessUnitId: mid,
      userId: 7,
      hasPermission: (scope) => granted.has(scope) && (user?.includes(scope) ?? true),
    });
    const authorization = { Authorization: `Bearer ${token}` };
    return {
      get: (path: string, query: Record<string, string | number> = {}) =>
        request(app).get(path).query(query).set(authorization),
      post: (path: string) => request(app).post(path).set(authorization),
      put: (path: string) => request(app).put(path).set(authorization),
      patch: (path: string) => request(app).patch(path).set(authorization),
      delete: (path: string) => request(app).delete(path).set(authorization),
    };
  }

  return { app, as, clock };
}

/** The items of a list answer, with the members that these tests read. */
export function itemsOf(response: { body: unknown }): Item[] {
  return (response.body as { items: Item[] }).items;
}

export interface Item {
  readonly id: number;
  readonly name: string;
  readonly customerKey: string;
  readonly createdDate: string;
  readonly memberId: number;
  readonly assetType: { readonly id: number; readonly name: string };
}
