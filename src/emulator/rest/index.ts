export type { RestCaller, RestContext } from './context';
export { DataExtensions } from './data-extensions';
export { restRoutes } from './routes';
