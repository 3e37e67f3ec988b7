import express from 'express';
import type { Router } from 'express';
import { sendRestErrors } from '../http/rest-error';
import { addAssetRoutes } from './assets/asset-routes';
import { addCategoryRoutes } from './assets/category-routes';
import { addAsyncRowRoutes } from './data-extensions/async-row-routes';
import { addCustomObjectRoutes } from './data-extensions/custom-object-routes';
import { addRowsetRoutes } from './data-extensions/rowset-routes';
import { addJourneyRoutes } from './journey-routes';
import { addListRoutes } from './lists/list-routes';
import type { RestContext } from './rest-context';

/**
 * Creates the routes of the REST API: assets and their categories, data extensions and their rows, journeys, and the
 * lists of `lists/list-definitions.ts`, with paging, filters, sorting, scopes and some writes.
 *
 * The data of each business unit differs, so that a test notices data of the wrong one. An unknown path is passed on to
 * the next handler.
 */
export function createRestRoutes(context: RestContext): Router {
  const router = express.Router();
  addAssetRoutes(router, context);
  addCategoryRoutes(router, context);
  addRowsetRoutes(router, context);
  addAsyncRowRoutes(router, context);
  addCustomObjectRoutes(router, context);
  addJourneyRoutes(router, context);
  addListRoutes(router, context);
  router.use(sendRestErrors);
  return router;
}
