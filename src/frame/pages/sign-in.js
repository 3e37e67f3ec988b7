// Signs a user in inside a frame: silently where that works, else by a window that hands Marketing Cloud's answer back.
/* global departures -- of the script before */
(() => {
  const MINUTE_MS = 60_000;
  /** Sign-ins without a click within a minute that did not last: one more would be a loop. */
  const MAX_DEPARTURES = 2;
  /** The same where the app has shown a page since the last one: a user may switch between business units. */
  const MAX_HELD_DEPARTURES = 6;
  /** A pending sign-in lives ten minutes: the window's is renewed before. */
  const RENEW_MS = 8 * MINUTE_MS;
  /** Pages of Marketing Cloud that move on by themselves do so within this time. */
  const SETTLE_MS = 1_200;
  /** A hidden frame that has not loaded anything by then does not work. */
  const SILENT_MS = 15_000;
  /** A page that the app has not answered by then may be slow, or none. */
  const ANSWER_MS = 5_000;

  const root = document.documentElement;
  const config = JSON.parse(document.getElementById('config').textContent);
  const isDialog = location.hash === '#marketing-cloud-dialog' && parent !== window;
  const link = document.getElementById('link');
  const closedNote = document.getElementById('closed');

  /** The URL to open in a window, asked for before the click: a browser lets a click open a window at once only. */
  let windowUrl;
  let renewal;
  let opened;
  let closedPoll;
  let hidden;
  /** The code of a refusal that the app has answered by a page of its own. */
  let refusal;
  let hasRepeated = false;

  function show(state) {
    root.dataset.marketingCloud = state;
    if (isDialog) parent.postMessage({ type: 'marketing-cloud:state', state }, location.origin);
  }

  /** A sign-in for this page, as the login route gives it, or why it gives none. */
  async function ask(headers = {}) {
    try {
      const response = await fetch(config.loginUrl ?? location.href, {
        headers: { accept: 'application/json', ...headers },
        credentials: 'same-origin',
        cache: 'no-store',
        redirect: 'error',
      });
      return await response.json();
    } catch {
      return { error: 'failed' };
    }
  }

  function getState(url) {
    return new URL(url).searchParams.get('state') ?? '';
  }

  async function hasStorageAccess() {
    try {
      return document.hasStorageAccess === undefined || (await document.hasStorageAccess());
    } catch {
      return false;
    }
  }

  async function start({ isClick = false } = {}) {
    stopWaiting();
    show('starting');
    const before = isClick ? [] : departures.getOwn();
    const last = before.findLast(({ way }) => way === 'direct');
    const { authorizeUrl, error } = await ask(last && { 'x-sign-in-last': last.state });
    if (authorizeUrl === undefined) await stop(error);
    else if (before.length >= (config.hasHeld ? MAX_HELD_DEPARTURES : MAX_DEPARTURES)) tooOften();
    else if (await hasStorageAccess()) signInSilently(authorizeUrl, isClick);
    else if (parent === top && parent !== window && !config.isLoadedByApp) leaveDirectly(authorizeUrl, isClick);
    else offerWindow('needs-window', authorizeUrl);
  }

  async function stop(error) {
    if (error === 'cookies_blocked' && !hasRepeated) {
      // The first answer may have come before the browser had kept the cookie.
      hasRepeated = true;
      await start();
    } else if (error === 'cookies_blocked') show('cookies-blocked');
    else if (error === 'sign_in_lost') offerWindow('sign-in-lost');
    else if (isDialog && refusal !== undefined) finish({ to: `/?code=${refusal}`, ok: false });
    else show('failed');
  }

  /**
   * Leaves the frame for Marketing Cloud. Where third-party cookies are blocked, its own cookie goes along with this alone:
   * its login page is same-site with the shell around the frame.
   */
  function leaveDirectly(authorizeUrl, isClick) {
    const url = new URL(authorizeUrl);
    const state = getState(authorizeUrl);
    if (!isClick) departures.add('direct', state);
    url.searchParams.set('state', state.replace(/^f\./, ''));
    watchForFile();
    // Redirects pass the fragment on, to the page that was asked for.
    location.replace(url.href.replaceAll('+', '%20') + location.hash);
  }

  function tooOften() {
    show('too-often');
    void ask({ 'x-sign-in-blocked': 'too_often' });
  }

  function signInSilently(authorizeUrl, isClick) {
    const onStuck = (error) => (error === undefined ? offerWindow('needs-window') : stop(error));
    loadHidden(authorizeUrl, onStuck, (landing) => {
      if (!isClick) departures.add('hidden');
      finish(landing);
    });
  }

  /** Loads a page in a hidden frame, whose last page is the landing page. `onStuck` is called where it ends elsewhere. */
  function loadHidden(url, onStuck, onFinished = finish) {
    hidden?.remove();
    const frame = document.createElement('iframe');
    hidden = frame;
    frame.title = 'Sign-in';
    frame.tabIndex = -1;
    let timer = setTimeout(() => onStuck(), SILENT_MS);
    frame.addEventListener('load', () => {
      if (hidden !== frame) return;
      clearTimeout(timer);
      const shown = getShownState(frame);
      timer = setTimeout(() => hidden === frame && onStuck(shown), SETTLE_MS);
    });
    addEventListener('message', function onLanding({ origin, source, data }) {
      if (hidden !== frame) removeEventListener('message', onLanding);
      else if (
        origin === location.origin &&
        source === frame.contentWindow &&
        data?.type === 'marketing-cloud:landing'
      ) {
        removeEventListener('message', onLanding);
        clearTimeout(timer);
        frame.remove();
        hidden = undefined;
        onFinished(data);
      }
    });
    frame.src = url;
    document.body.append(frame);
  }

  /** Why a page of the app in the frame has not signed in; undefined for Marketing Cloud's own page. */
  function getShownState(frame) {
    try {
      const { documentElement, contentType } = frame.contentDocument;
      const { marketingCloud } = documentElement.dataset;
      refusal = getRefusal(frame.contentWindow);
      if (marketingCloud === undefined && contentType === 'text/html') showAnswer(frame);
      return marketingCloud === 'cookies-blocked' ? 'cookies_blocked' : 'failed';
    } catch {
      return undefined;
    }
  }

  function getRefusal({ performance }) {
    const [{ serverTiming = [] } = {}] = performance.getEntriesByType('navigation');
    return serverTiming.find(({ name }) => name === 'marketing-cloud-refusal')?.description;
  }

  /** The app's own page says why. Its links lead on here, and not in the frame. */
  function showAnswer(frame) {
    frame.className = 'answer';
    frame.title = 'Answer of the app';
    frame.removeAttribute('tabindex');
    frame.contentDocument.head.append(Object.assign(document.createElement('base'), { target: '_parent' }));
  }

  function finish({ to, ok }) {
    stopWaiting();
    if (!ok && !hasRepeated && new URL(to, location.origin).searchParams.get('code') === 'invalid_state') {
      // Another tab's sign-in may have taken this one's place.
      hasRepeated = true;
      void start();
      return;
    }
    if (isDialog) {
      parent.postMessage({ type: 'marketing-cloud:finished', to, ok }, location.origin);
      return;
    }
    const target = new URL(to, location.origin);
    const isOwn = target.origin === location.origin && /^https?:$/.test(target.protocol);
    goOn(isOwn ? target : new URL('/', location.origin));
  }

  /** Goes on at a page of the app: at the fragment that was asked for, where it is this page and has none of its own. */
  function goOn(target) {
    const isHere = target.pathname + target.search === location.pathname + location.search;
    if (isHere && target.hash === '') target.hash = location.hash;
    watchForFile();
    if (isHere && target.href.includes('#')) {
      // A navigation to a fragment would stay on this page.
      history.replaceState(null, '', target.href);
      location.reload();
    } else {
      location.replace(target.href);
    }
  }

  /** This page stays where the app answers by a file to keep. */
  function watchForFile() {
    setTimeout(() => show('no-page'), ANSWER_MS);
  }

  async function offerWindow(state, authorizeUrl) {
    show(state);
    windowUrl = authorizeUrl;
    clearInterval(renewal);
    renewal = setInterval(prepareWindow, RENEW_MS);
    if (authorizeUrl === undefined) await prepareWindow();
  }

  async function prepareWindow() {
    const { authorizeUrl, error } = await ask();
    if (authorizeUrl === undefined) {
      stopWaiting();
      await stop(error);
    } else {
      windowUrl = authorizeUrl;
      link.href = authorizeUrl;
    }
  }

  function openWindow() {
    if (windowUrl === undefined) return;
    // The window's sign-in is this page's from now on.
    clearInterval(renewal);
    closedNote.hidden = true;
    opened = open(windowUrl, '_blank', 'popup,width=560,height=720') ?? undefined;
    link.href = windowUrl;
    link.hidden = opened !== undefined;
    show('waiting');
    clearInterval(closedPoll);
    if (opened !== undefined) closedPoll = setInterval(noticeClosed, 400);
  }

  function noticeClosed() {
    if (opened?.closed !== true) return;
    stopWaiting();
    closedNote.hidden = false;
    void offerWindow('needs-window');
  }

  function stopWaiting() {
    clearInterval(closedPoll);
    clearInterval(renewal);
    opened = undefined;
    link.hidden = true;
    hidden?.remove();
    hidden = undefined;
  }

  // The window's relay page. A window that the link has opened is not known; its state is 256 random bits.
  addEventListener('message', ({ origin, source, data }) => {
    if (origin !== location.origin || data?.type !== 'marketing-cloud:relay' || windowUrl === undefined) return;
    if (opened === undefined ? link.hidden : source !== opened) return;
    const sent = new URL(windowUrl).searchParams;
    if (typeof data.search !== 'string' || new URLSearchParams(data.search).get('state') !== sent.get('state')) return;
    source.postMessage({ type: 'marketing-cloud:relayed' }, location.origin);
    const callback = new URL(sent.get('redirect_uri'));
    stopWaiting();
    show('starting');
    loadHidden(callback.pathname + data.search, (error) => stop(error));
  });

  // The dialog around this page does not hear its keys.
  addEventListener('keydown', ({ key }) => {
    if (isDialog && key === 'Escape') parent.postMessage({ type: 'marketing-cloud:close' }, location.origin);
  });
  document.querySelector('[data-action="open"]').addEventListener('click', openWindow);
  document.querySelector('[data-action="retry"]').addEventListener('click', () => {
    hasRepeated = false;
    if (config.isBlocked || root.dataset.marketingCloud === 'no-page') location.reload();
    else void start({ isClick: true });
  });
  document.querySelector('[data-action="back"]').addEventListener('click', () => history.back());
  document.getElementById('tab').href = isDialog ? location.href.replace(location.hash, '') : location.href;

  if (config.isBlocked) show('cookies-blocked');
  else void start();
})();
