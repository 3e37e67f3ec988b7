// Updates the Token page every two seconds: loads the page again and replaces the changed part. The page also works without it.
const INTERVAL_MS = 2000;

async function update() {
  const response = await fetch(location.href, { headers: { accept: 'text/html' } });
  if (!response.ok) {
    // The sign-in has ended, or an error occurred: a reload shows the page for it.
    location.reload();
    return;
  }
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  document.querySelector('#token').replaceWith(page.querySelector('#token'));
}

function updateLater() {
  setTimeout(async () => {
    // A failed request is ignored: the app may be restarting.
    if (!document.hidden) await update().catch(() => undefined);
    updateLater();
  }, INTERVAL_MS);
}

document.querySelector('#live').hidden = false;
updateLater();
