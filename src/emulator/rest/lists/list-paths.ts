import { RESOURCES } from './resources';

/** The lists that have routes of their own, by what they hold. */
export const OWN_LISTS = {
  assets: '/asset/v1/content/assets',
  assetQuery: '/asset/v1/content/assets/query',
  categories: '/asset/v1/content/categories',
  journeys: '/interaction/v1/interactions',
  dataExtensions: '/data/v1/customobjects',
} as const;

/** The paths of all lists that can be given another dialect. */
export const LIST_PATHS: readonly string[] = [...Object.values(OWN_LISTS), ...RESOURCES.map(({ path }) => path)];
