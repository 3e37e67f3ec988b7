import { Html } from './html-template';

/** The stylesheet of all pages: light and dark, for every screen size, without images and fonts. */
export const STYLE = new Html(`
:root { color-scheme: light dark; --ink: #1c2430; --soft: #55606f; --page: #f3f5f8; --card: #fff; --line: #ccd3dc;
  --accent: #0b5cab; --warn: #fff3d1; --warn-ink: #4d3800; --bad: #a3201a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #eef1f5; --soft: #aab4c2; --page: #12161c; --card: #1b212a; --line: #3a4554;
    --accent: #8cc2ff; --warn: #3b2f0b; --warn-ink: #ffe6a3; --bad: #ff9d96; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; color: var(--ink); background: var(--page);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
.notice { margin: 0; padding: .6rem 1rem; text-align: center; color: var(--warn-ink); background: var(--warn); }
main { width: min(30rem, calc(100% - 2rem)); margin: 2rem auto; padding: 1.5rem; background: var(--card);
  border: 1px solid var(--line); border-radius: .75rem; overflow-wrap: anywhere; }
h1 { margin: 0 0 .25rem; font-size: 1.4rem; line-height: 1.25; }
h2 { margin: 1.5rem 0 .5rem; font-size: 1rem; }
p { margin: .5rem 0; }
main > :last-child { margin-bottom: 0; }
.soft { color: var(--soft); }
.bad { padding: .5rem .75rem; color: var(--bad); border: 1px solid currentcolor; border-radius: .5rem; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .5rem; }
button { font: inherit; cursor: pointer; color: inherit; }
.person { width: 100%; padding: .65rem .9rem; text-align: left; background: transparent;
  border: 1px solid var(--line); border-radius: .5rem; }
.person span { display: block; }
.person:hover { border-color: var(--accent); }
.name { font-weight: 600; }
.row { display: flex; flex-wrap: wrap; gap: .5rem; }
input { flex: 1 1 12rem; min-width: 0; padding: .55rem .7rem; font: inherit; color: inherit; background: transparent;
  border: 1px solid var(--soft); border-radius: .5rem; }
.go { display: inline-block; padding: .55rem 1.1rem; color: var(--card); background: var(--accent);
  border: 1px solid var(--accent); border-radius: .5rem; font-weight: 600; text-decoration: none; }
.go:hover { filter: brightness(1.1); }
.actions { margin: 1rem 0; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
code { display: block; padding: .5rem .7rem; border: 1px solid var(--line); border-radius: .5rem; font-size: .9rem; }
`);
