// Looks again every other second, and puts what is new in place of what was there. Without it the page works as well.
const EVERY_MS = 2000;

async function look() {
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
  if (!answer.ok) {
    // The sign-in has ended, or something went wrong: the server has a page for it.
    location.reload();
    return;
  }
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  document.querySelector('#life').replaceWith(page.querySelector('#life'));
}

function again() {
  // The app may be starting again: then the next look succeeds.
  const looked = document.hidden ? Promise.resolve() : look().catch(() => undefined);
  looked.finally(() => setTimeout(again, EVERY_MS));
}

document.querySelector('#live').hidden = false;
setTimeout(again, EVERY_MS);
