export type { RestCaller, RestContext } from './context';
export { restRoutes } from './routes';
