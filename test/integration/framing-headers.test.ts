import type { Express, RequestHandler } from 'express';
import helmet from 'helmet';
import { describe, expect, test } from '@jest/globals';
import { embedded } from '../../src';
import { ATTACKED_FLAVOURS, type Flavour } from '../support/flavours';
import { appAt, emulate } from '../support/scene';

const MARKETING_CLOUD = "'self' https://*.exacttarget.com https://*.marketingcloudapps.com";
const HELMET = helmet() as unknown as RequestHandler;

/** The `frame-ancestors` of each policy of an answer, and its `X-Frame-Options`. */
async function framingOf(flavour: Flavour, before: (express: Express) => void, path = '/page') {
  const app = await appAt(await emulate(), { flavour, before });
  const reply = await app.browser().get(path);
  const policies = [reply.headers['content-security-policy'] ?? []].flat().flatMap((value) => value.split(','));
  return {
    reply,
    ancestors: policies.flatMap((policy) => /frame-ancestors ([^;]*)/.exec(policy)?.[1]?.trim() ?? []),
    xFrameOptions: reply.headers['x-frame-options'],
    policies,
  };
}

function addPage(express: Express, answer: RequestHandler = (_req, res) => void res.send('<p>page</p>')): void {
  express.get('/page', answer);
}

describe.each(ATTACKED_FLAVOURS)('embedded() with $name', (flavour) => {
  test.each<[string, (express: Express) => void]>([
    ['after it', (express) => express.use(HELMET, embedded())],
    ['before it', (express) => express.use(embedded(), HELMET)],
    ['before a router that has it', (express) => express.use(embedded()).use('/page', HELMET)],
  ])('R7 lets Marketing Cloud frame a page under helmet’s defaults, mounted %s', async (_how, mount) => {
    const { ancestors, xFrameOptions, policies } = await framingOf(flavour, (express) => {
      mount(express);
      addPage(express);
    });
    expect([ancestors, xFrameOptions]).toEqual([[MARKETING_CLOUD], undefined]);
    expect(policies[0]).toContain("default-src 'self'");
  });

  test.each<[string, RequestHandler, string[]]>([
    ['without a policy', (_req, res) => void res.send('page'), [MARKETING_CLOUD]],
    [
      "with 'none'",
      (_req, res) => void res.set('Content-Security-Policy', "Frame-Ancestors 'none'; img-src *").send('page'),
      [MARKETING_CLOUD],
    ],
    [
      'with two policies',
      (_req, res) =>
        void res
          .set('Content-Security-Policy', [
            "frame-ancestors 'self'",
            "frame-ancestors https://portal.example, frame-ancestors 'none'",
          ] as never)
          .send('page'),
      [MARKETING_CLOUD, `https://portal.example ${MARKETING_CLOUD}`, MARKETING_CLOUD],
    ],
    [
      'with headers given to writeHead',
      (_req, res) =>
        void res
          .writeHead(200, 'Fine', { 'content-security-policy': "frame-ancestors 'none'", 'x-frame-options': 'DENY' })
          .end('page'),
      [MARKETING_CLOUD],
    ],
  ])('lets Marketing Cloud frame a page %s', async (_how, answer, expected) => {
    const { ancestors, xFrameOptions } = await framingOf(flavour, (express) => {
      express.use(embedded());
      addPage(express, answer);
    });
    expect([ancestors, xFrameOptions]).toEqual([expected, undefined]);
  });

  test('keeps a raw list of headers, with several cookies, and the reason', async () => {
    const { reply, ancestors } = await framingOf(flavour, (express) => {
      express.use(embedded());
      addPage(express, (_req, res) => {
        res.setHeader('Set-Cookie', 'replaced=1');
        res.setHeader('X-Kept', 'yes');
        res.writeHead(201, 'Made', ['Set-Cookie', 'a=1', 'X-Frame-Options', 'DENY', 'Set-Cookie', 'b=2'] as never);
        res.end('page');
      });
    });
    expect([reply.status, reply.headers['set-cookie'], reply.headers['x-kept']]).toEqual([201, ['a=1', 'b=2'], 'yes']);
    expect([ancestors, reply.headers['x-frame-options'], reply.text]).toEqual([[MARKETING_CLOUD], undefined, 'page']);
  });

  test('acts once when it is mounted twice, and the first counts', async () => {
    const { ancestors } = await framingOf(flavour, (express) => {
      express.use(embedded({ frameAncestors: ['https://mc.s7.exacttarget.com'] }), embedded());
      addPage(express);
    });
    expect(ancestors).toEqual(["'self' https://mc.s7.exacttarget.com"]);
  });
});

describe('embedded()', () => {
  test.each([
    ['a star', ['*']],
    ['http:', ['http://mc.exacttarget.com']],
    ['a path', ['https://mc.exacttarget.com/app']],
    ["'none'", ["'none'"]],
    ['a star within the name', ['https://mc.*.exacttarget.com']],
    ['a directive', ['https://mc.exacttarget.com; script-src *']],
    ['no list', 'https://mc.exacttarget.com'],
  ])('refuses %s for a frame ancestor', (_what, frameAncestors) => {
    expect(() => embedded({ frameAncestors: frameAncestors as string[] })).toThrow(
      new TypeError(
        "Option frameAncestors of embedded() must list https origins with at most a leading '*.', such as https://*.exacttarget.com; 'self' is always added.",
      ),
    );
  });
});
