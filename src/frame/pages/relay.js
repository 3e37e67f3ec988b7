// The window's last page: hands Marketing Cloud's answer to the page that has opened the window, and to no other origin.
(() => {
  const { search } = location;
  // The answer does not stay in the window's history.
  history.replaceState(null, '', location.pathname);
  const say = (id) => {
    for (const text of document.querySelectorAll('[role="status"] > p')) text.hidden = text.id !== id;
  };
  if (!window.opener) {
    say('alone');
    return;
  }
  // The page that has opened the window closes it. One that does not answer is gone.
  const gone = setTimeout(() => say('alone'), 4000);
  addEventListener('message', ({ origin, source, data }) => {
    if (origin !== location.origin || source !== window.opener || data?.type !== 'marketing-cloud:relayed') return;
    clearTimeout(gone);
    window.close();
  });
  window.opener.postMessage({ type: 'marketing-cloud:relay', search }, location.origin);
})();
