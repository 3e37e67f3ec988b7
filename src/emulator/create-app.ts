import express, {
  type Express,
  type NextFunction,
  type Request,
  type RequestHandler,
  type Response,
  Router,
} from 'express';
import { parseLocation, type Service } from './addressing';
import { authorizeRoute } from './auth/authorize';
import { discoveryRoute } from './auth/discovery';
import { legacyRequestTokenRoute } from './auth/legacy-request-token';
import { tokenRoute } from './auth/token-endpoint';
import { userinfoRoute } from './auth/userinfo';
import type { Core, Exchange } from './core';
import type { Reset } from './faults/deliver';
import { faultMiddleware } from './faults/fault-middleware';
import type { FaultRegistry } from './faults/fault-registry';
import { createLoginRoutes } from './login/login-routes';
import { createRestService } from './rest/rest-service';
import { createSharedData } from './data/shared-data';
import { getEndpoint } from './request-log/endpoints';
import { type RecordedRequest, type RequestLog } from './request-log/request-log';
import { createShell } from './shell/shell-routes';
import { createSoapService } from './soap/soap-service';
import type { Tenant } from './world/model';
import { copyBody, parseBody, toParameters } from './http/body';
import { sendError } from './http/error-answer';
import { createHostError } from './http/rest-error';

/** What the app needs besides the emulator's state. */
export interface AppParts {
  readonly core: Core;
  readonly requests: RequestLog;
  readonly faults: FaultRegistry;
  readonly exchanges: WeakMap<Request, Exchange>;
  readonly reset: Reset;
  readonly signOut: (username: string) => void;
}

const BODY_LIMIT = '2mb';

/**
 * Creates the Express app behind every host of every tenant. It finds the tenant of a request, records the request,
 * plays a fault if a test has set one, and passes the request to its service.
 */
export function createApp({ core, requests, faults, exchanges, reset, signOut }: AppParts): Express {
  const data = createSharedData();
  const services: Readonly<Record<Service, Router>> = {
    auth: createAuthService(core),
    login: createLoginService(core, signOut),
    rest: createRestService(core, data),
    soap: createSoapService(core, data),
  };
  const readBody: RequestHandler = express.raw({ type: () => true, limit: BODY_LIMIT });
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');

  app.use(function setOpenerPolicy(_req: Request, res: Response, next: NextFunction): void {
    const { openerPolicy } = core.settings;
    if (openerPolicy !== undefined) res.set('Cross-Origin-Opener-Policy', openerPolicy);
    next();
  });
  app.use(createShell(core));
  app.use(function findTenantAndRecord(req: Request, res: Response, next: NextFunction): void {
    const readSoFar = copyBody(req);
    const location = parseLocation(req.headers.host ?? '', req.url, core.origin);
    const query = new URLSearchParams(location?.search ?? '');
    const recorded = requests.add((number) => createRecord(number, core, req, location, query, readSoFar));
    res.once('finish', () => {
      recorded.status = res.statusCode;
      core.settings.log(
        `${recorded.method} ${recorded.endpoint} ${location?.subdomain ?? recorded.path} ${res.statusCode}`,
      );
    });
    const tenant = location === undefined ? undefined : findTenant(core, location.subdomain, location.service);
    if (location === undefined || tenant === undefined) {
      res.status(404).type('text').send(createNotFoundText(core, req.path));
      return;
    }
    exchanges.set(req, { location, tenant, query, recorded });
    req.url = `${location.path}${location.search}`;
    // Each REST route reads its body itself, with its own limit.
    if (location.service === 'rest') next();
    else readBody(req, res, next);
  });
  app.use(faultMiddleware((req) => faults.take(core.getExchange(req).recorded), reset));
  app.use(function routeToService(req: Request, res: Response, next: NextFunction): void {
    services[core.getExchange(req).location.service](req, res, next);
  });
  app.use(function answerUnknownPath(req: Request, res: Response): void {
    sendError(res, createHostError(404, 0, `Nothing answers ${req.method} on this path.`));
  });
  app.use(function answerError(error: unknown, _req: Request, res: Response, next: NextFunction): void {
    if (res.headersSent) {
      next(error);
      return;
    }
    const message = error instanceof Error ? error.message : 'Internal Server Error';
    sendError(res, createHostError(toStatus(error), 0, message));
  });
  return app;
}

function createAuthService(core: Core): Router {
  const router = Router();
  router.get('/v2/authorize', authorizeRoute(core));
  router.post('/v2/token', tokenRoute(core));
  router.post('/v1/requestToken', legacyRequestTokenRoute(core));
  router.get('/v2/userinfo', userinfoRoute(core));
  router.get('/v2/discovery', discoveryRoute(core));
  return router;
}

function createLoginService(core: Core, signOut: (username: string) => void): Router {
  const routes = createLoginRoutes(core, signOut);
  const router = Router();
  router.get('/hub-cas/login', routes.show);
  router.post('/hub-cas/login', routes.submit);
  router.get('/hub-cas/on-the-way', routes.moveOn);
  router.get('/hub-cas/logout', routes.signOut);
  return router;
}

function createRecord(
  number: number,
  core: Core,
  req: Request,
  location: Exchange['location'] | undefined,
  query: URLSearchParams,
  readSoFar: () => Buffer,
): RecordedRequest {
  return {
    number,
    endpoint: location === undefined ? 'unknown' : getEndpoint(location.service, location.path),
    service: location?.service,
    subdomain: location?.subdomain,
    method: req.method,
    path: location?.path ?? req.path,
    query: toParameters(query),
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

/** Finds the tenant of a request. The login host also has the shared name `mc`, which stands for the first tenant. */
function findTenant(core: Core, subdomain: string, service: Service): Tenant | undefined {
  const shared = service === 'login' && subdomain === 'mc' ? core.world.tenants[0] : undefined;
  return core.world.findTenant(subdomain) ?? shared;
}

function createNotFoundText(core: Core, path: string): string {
  const [tenant] = core.world.tenants;
  return [
    `The emulator of Marketing Cloud has nothing at ${path}.`,
    `Paths are /{subdomain}/{service}/…, with auth, rest, soap or login as the service,`,
    `such as ${core.origin}/${tenant?.subdomain ?? '{subdomain}'}/auth/v2/authorize`,
    '',
  ].join('\n');
}

function toStatus(error: unknown): number {
  const status = typeof error === 'object' && error !== null && 'status' in error ? error.status : undefined;
  return typeof status === 'number' && status >= 400 && status <= 599 ? status : 500;
}
