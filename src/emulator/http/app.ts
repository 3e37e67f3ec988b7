import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express';
import { locate, type Service } from '../addressing';
import { authorizeEndpoint } from '../auth/authorize';
import { discoveryEndpoint } from '../auth/discovery';
import { legacyRequestTokenEndpoint } from '../auth/legacy-request-token';
import { tokenEndpoint } from '../auth/token-endpoint';
import { userinfoEndpoint } from '../auth/userinfo';
import type { Core, Exchange } from '../core';
import type { Reset } from '../faults/deliver';
import { faultMiddleware } from '../faults/fault-middleware';
import type { FaultRegistry } from '../faults/fault-registry';
import { loginRoutes } from '../login/login-routes';
import { sendRestError } from '../platform/token-context';
import { restService } from '../platform/rest-service';
import { DataExtensions, Folders, Records } from '../rest';
import { endpointOf, type RecordedRequest, type RequestLog } from '../request-log';
import { soapService } from '../soap/soap-service';
import type { Tenant } from '../world/model';
import { collect, parseBody, tapBody } from './body';

/** What the app is put together from. */
export interface Parts {
  readonly core: Core;
  readonly requests: RequestLog;
  readonly faults: FaultRegistry;
  readonly exchanges: WeakMap<Request, Exchange>;
  readonly reset: Reset;
  readonly signOut: (username: string) => void;
}

const BODY_LIMIT = '2mb';

/** The Express app behind every host of every tenant: find out whom a request is for, record it, let its fault happen, answer. */
export function createApp({ core, requests, faults, exchanges, reset, signOut }: Parts): Express {
  const dataExtensions = new DataExtensions();
  const shared = { dataExtensions, folders: new Folders(), records: new Records() };
  const services: Readonly<Record<Service, Router>> = {
    auth: authService(core),
    login: loginService(core, signOut),
    rest: restService(core, shared),
    soap: soapService(core, shared),
  };
  const readBody: RequestHandler = express.raw({ type: () => true, limit: BODY_LIMIT });
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');

  app.use(function findTenantAndRecord(req: Request, res: Response, next: NextFunction): void {
    const readSoFar = tapBody(req);
    const location = locate(req.headers.host ?? '', req.url, core.origin);
    const query = new URLSearchParams(location?.search ?? '');
    const recorded = requests.add((number) => describe(number, core, req, location, query, readSoFar));
    res.once('finish', () => {
      recorded.status = res.statusCode;
      core.settings.log(
        `${recorded.method} ${recorded.endpoint} ${location?.subdomain ?? recorded.path} ${res.statusCode}`,
      );
    });
    const tenant = location === undefined ? undefined : tenantOf(core, location.subdomain, location.service);
    if (location === undefined || tenant === undefined) {
      res.status(404).type('text').send(notFoundText(core, req.path));
      return;
    }
    exchanges.set(req, { location, tenant, query, recorded });
    req.url = `${location.path}${location.search}`;
    // The REST routes read their bodies themselves, each with its own limit.
    if (location.service === 'rest') next();
    else readBody(req, res, next);
  });
  app.use(faultMiddleware((req) => faults.take(core.exchangeOf(req).recorded), reset));
  app.use(function serve(req: Request, res: Response, next: NextFunction): void {
    services[core.exchangeOf(req).location.service](req, res, next);
  });
  app.use(function noSuchPath(req: Request, res: Response): void {
    sendRestError(res, 404, 0, `Nothing answers ${req.method} on this path.`);
  });
  app.use(function failed(error: unknown, _req: Request, res: Response, next: NextFunction): void {
    if (res.headersSent) next(error);
    else sendRestError(res, statusOf(error), 0, error instanceof Error ? error.message : 'Internal Server Error');
  });
  return app;
}

function authService(core: Core): Router {
  const router = Router();
  router.get('/v2/authorize', authorizeEndpoint(core));
  router.post('/v2/token', tokenEndpoint(core));
  router.post('/v1/requestToken', legacyRequestTokenEndpoint(core));
  router.get('/v2/userinfo', userinfoEndpoint(core));
  router.get('/v2/discovery', discoveryEndpoint(core));
  return router;
}

function loginService(core: Core, signOut: (username: string) => void): Router {
  const routes = loginRoutes(core, signOut);
  const router = Router();
  router.get('/hub-cas/login', routes.show);
  router.post('/hub-cas/login', routes.submit);
  router.get('/hub-cas/logout', routes.signOut);
  return router;
}

function describe(
  number: number,
  core: Core,
  req: Request,
  location: Exchange['location'] | undefined,
  query: URLSearchParams,
  readSoFar: () => Buffer,
): RecordedRequest {
  return {
    number,
    endpoint: location === undefined ? 'unknown' : endpointOf(location.service, location.path),
    service: location?.service,
    subdomain: location?.subdomain,
    method: req.method,
    path: location?.path ?? req.path,
    query: collect(query),
    headers: { ...req.headers },
    get rawBody() {
      return readSoFar().toString('utf8');
    },
    get body() {
      return parseBody(this.rawBody, req.headers['content-type']);
    },
    at: core.clock.now(),
    remotePort: req.socket.remotePort,
    status: undefined,
  };
}

/** The login host has a shared name as well, `mc`, which belongs to no tenant. */
function tenantOf(core: Core, subdomain: string, service: Service): Tenant | undefined {
  const shared = service === 'login' && subdomain === 'mc' ? core.world.tenants[0] : undefined;
  return core.world.findTenant(subdomain) ?? shared;
}

function notFoundText(core: Core, path: string): string {
  const [tenant] = core.world.tenants;
  return [
    `The emulator of Marketing Cloud has nothing at ${path}.`,
    `Paths are /{subdomain}/{service}/…, with auth, rest, soap or login as the service,`,
    `such as ${core.origin}/${tenant?.subdomain ?? '{subdomain}'}/auth/v2/authorize`,
    '',
  ].join('\n');
}

function statusOf(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status <= 599 ? status : 500;
}
