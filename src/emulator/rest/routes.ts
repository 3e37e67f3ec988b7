import express from 'express';
import type { Router } from 'express';
import { addAsyncRowRoutes } from './async-row-routes';
import { addAssetRoutes } from './asset-routes';
import { addCategoryRoutes } from './category-routes';
import type { RestContext } from './context';
import { addCustomObjectRoutes } from './custom-object-routes';
import { Folders } from './folders';
import { addJourneyRoutes } from './journey-routes';
import { addListRoutes } from './lists/list-routes';
import { DEFAULT_LIST_RULES } from './lists/list-rules';
import { Records } from './records';
import { answerRestErrors } from './rest-error';
import { addRowsetRoutes } from './rowset-routes';

/** A `RestContext` in which everything but the caller may be left out: the routes make data of their own then. */
export type RestParts = Pick<RestContext, 'callerOf' | 'now' | 'dataExtensions'> & Partial<RestContext>;

/**
 * A slice of Marketing Cloud's REST API, to be mounted at the root of the REST host: assets and their categories, data
 * extensions and their rows, journeys, and the lists of `lists/resources.ts`, with paging, filters, sorting, scopes and
 * a few writes.
 *
 * Every business unit has data of its own, made from its id, so that showing another one's data is noticed. What is
 * written lives as long as the router. Paths it does not know fall through to whatever is mounted after it.
 */
export function restRoutes(parts: RestParts): Router {
  const context: RestContext = {
    folders: new Folders(),
    records: new Records(),
    listRules: DEFAULT_LIST_RULES,
    ...parts,
  };
  const router = express.Router();
  addAssetRoutes(router, context);
  addCategoryRoutes(router, context);
  addRowsetRoutes(router, context);
  addAsyncRowRoutes(router, context);
  addCustomObjectRoutes(router, context);
  addJourneyRoutes(router, context);
  addListRoutes(router, context);
  router.use(answerRestErrors);
  return router;
}
