// The last page of a sign-in inside a frame: tells the page around it where the app wants to go on.
(() => {
  const query = new URLSearchParams(location.search);
  const to = query.get('landed') ?? '/';
  if (parent !== window) {
    parent.postMessage({ type: 'marketing-cloud:landing', to, ok: query.has('ok') }, location.origin);
    return;
  }
  // Opened by itself, as from the history. The app's own pages only.
  const target = new URL(to, location.origin);
  if (target.origin === location.origin) location.replace(target.href);
})();
