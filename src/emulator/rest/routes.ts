import express from 'express';
import type { Router } from 'express';
import { addAssetRoutes } from './asset-routes';
import type { RestContext } from './context';
import { addJourneyRoutes } from './journey-routes';
import { answerRestErrors } from './rest-error';
import { addRowsetRoutes } from './rowset-routes';

/**
 * A slice of Marketing Cloud's REST API, to be mounted at the root of the REST host: assets, rows of data extensions and
 * journeys, with paging, filters, sorting, scopes and a few writes.
 *
 * Every business unit has data of its own, made from its id, so that showing another one's data is noticed. What is
 * written lives as long as the router. Paths it does not know fall through to whatever is mounted after it.
 */
export function restRoutes(context: RestContext): Router {
  const router = express.Router();
  addAssetRoutes(router, context);
  addRowsetRoutes(router, context);
  addJourneyRoutes(router, context);
  router.use(answerRestErrors);
  return router;
}
