// The sign-ins of a frame that have gone on without a click, so that a loop of them can be told.
// eslint-disable-next-line no-unused-vars -- the page's next script uses it
const departures = (() => {
  const MINUTE_MS = 60_000;
  /** Browsers round their clocks. */
  const CLOCK_MS = 20;
  const KEY = 'marketing-cloud-departures';
  const loadedAt = Date.now() - window.performance.now();

  function getAll() {
    try {
      const kept = JSON.parse(sessionStorage.getItem(KEY) ?? '[]');
      return kept.filter(({ time }) => Date.now() - time < MINUTE_MS);
    } catch {
      return [];
    }
  }

  function keep(all) {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(all));
    } catch {
      // Without storage there are no cookies either, and no departure.
    }
  }

  return {
    /** Those of this page that were over when it was loaded. Those of other frames, which run at the same time, are not. */
    getOwn() {
      return getAll().filter(({ path, time }) => path === location.pathname && time < loadedAt + CLOCK_MS);
    },
    /** Remembers that this page goes on without a click. */
    add(way, state) {
      keep([...getAll(), { time: Date.now(), path: location.pathname, way, state }]);
    },
  };
})();
