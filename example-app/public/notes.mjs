// The Notes page: its form is sent by a fetch that survives the end of the session.
import { withSignIn } from '/marketing-cloud.mjs';

const send = withSignIn();
const [form, note, outcome, list] = ['#note-form', '#note', '#outcome', '#notes'].map((id) =>
  document.querySelector(id),
);

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  outcome.textContent = 'Saving…';
  const response = await send('/dashboard/notes', {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: note.value,
  });
  if (!response.ok) {
    const { error, hint } = await response.json().catch(() => ({}));
    outcome.textContent = `Not saved: ${hint ?? error ?? response.status}`;
    return;
  }
  const { notes, user } = await response.json();
  list.replaceChildren(...notes.map((text) => Object.assign(document.createElement('li'), { textContent: text })));
  outcome.textContent = `Saved by ${user}.`;
  note.value = '';
});

document.querySelector('#session-end').addEventListener('click', async () => {
  await fetch('/dashboard/notes/session-end', { method: 'POST' });
  outcome.textContent = 'The session has ended. The page does not know yet.';
});
