import { readFileSync } from 'node:fs';
import type { Express } from 'express';
import { afterEach, expect } from '@jest/globals';
import type { Frame } from 'playwright-core';
import { describeInChromium } from '../support/frame/describe-in-chromium';
import { APP } from '../support/frame/framed-app';
import { FramedScene, outcomeOf } from '../support/frame/framed-scene';

const BUILDER = 'https://content-builder.s50.marketingcloudapps.com/content-builder';
const JOURNEYS = 'https://journeys.s50.marketingcloudapps.com/journey-builder';
const SDK = readFileSync(require.resolve('blocksdk'), 'utf8');
const POSTMONGER = readFileSync(require.resolve('postmonger'), 'utf8');

/** Pages of an app as Salesforce's own libraries are used in them. */
const addPages = (app: Express): void => {
  app.get('/block', (_req, res) => void res.send(`<!doctype html><title>block</title><script>${SDK}</script>`));
  app.get('/activity', (_req, res) => {
    res.send(`<!doctype html><title>activity</title><script>${POSTMONGER}</script>`);
  });
};

describeInChromium('the emulator’s', (browser, test) => {
  let scene: FramedScene | undefined;
  afterEach(async () => {
    await scene?.close();
    scene = undefined;
  });

  async function openFramed(url: string): Promise<Frame> {
    scene = await FramedScene.open({
      browser: browser(),
      cookie: 'Partitioned',
      thirdPartyCookies: 'allowed',
      app: { before: addPages },
    });
    const page = await scene.context.newPage();
    await page.goto(url);
    const frame = page.frames()[1];
    if (frame === undefined) throw new Error('Nothing is framed.');
    await frame.waitForLoadState();
    return frame;
  }

  test('Content Builder is accepted by the Block SDK, and keeps what a block sets', async () => {
    const frame = await openFramed(`${BUILDER}?block=${APP}/block`);
    const got = await frame.evaluate(`new Promise((done) => {
      const sdk = new window.sfdc.BlockSDK();
      sdk.setContent('<p>block</p>', () => sdk.getContent((content) => sdk.getUserData((user) => done([content, user.stack]))));
    })`);
    expect(got).toEqual(['<p>block</p>', 's7']);
  });

  test('Content Builder has a block sign in at Marketing Cloud in a hidden frame', async () => {
    const frame = await openFramed(`${BUILDER}?block=${APP}/block`);
    const { subdomain, clientID } = (scene as FramedScene).emulator.strategyOptions();
    const callback = frame.page().waitForRequest((request) => request.url().startsWith('https://other.example/cb?'));
    await frame.evaluate(`new window.sfdc.BlockSDK().triggerAuth2({
      authURL: 'https://${subdomain}.auth.marketingcloudapis.com/', clientId: '${clientID}', redirectURL: 'https://other.example/cb',
    })`);
    expect(new URL((await callback).url()).searchParams.get('code')).toMatch(/./);
  });

  test('Content Builder shows an embedded app, signed in', async () => {
    const frame = await openFramed(`${BUILDER}?block=${APP}/page`);
    expect(await outcomeOf(frame.page())).toBe('Hello, Maya Lind');
  });

  test('Journey Builder answers what an activity asks first', async () => {
    const frame = await openFramed(`${JOURNEYS}?activity=${APP}/activity`);
    const got = await frame.evaluate(`new Promise((done) => {
      const session = new window.Postmonger.Session();
      const heard = {};
      const note = (name) => session.on(name, (value) => {
        heard[name] = value;
        if (Object.keys(heard).length === 4) done(heard);
      });
      ['initActivity', 'requestedTokens', 'requestedEndpoints', 'requestedCulture'].forEach(note);
      ['ready', 'requestTokens', 'requestEndpoints', 'requestCulture'].forEach((name) => session.trigger(name));
    })`);
    expect(got).toMatchObject({
      initActivity: { arguments: { execute: { inArguments: [] } } },
      requestedTokens: { fuel2token: expect.any(String) },
      requestedEndpoints: { restHost: expect.stringMatching(/^https:\/\/.*\.rest\.marketingcloudapis\.com$/) },
      requestedCulture: 'en-US',
    });
  });
});
