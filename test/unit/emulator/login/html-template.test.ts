import { expect, test } from '@jest/globals';
import { html } from '../../../../src/emulator/login/html-template';

test('escapes every value', () => {
  expect(html`<p title="${`"'&<>`}">${'<b>'}${1}${undefined}</p>`.text).toBe(
    '<p title="&quot;&#39;&amp;&lt;&gt;">&lt;b&gt;1</p>',
  );
});

test('does not escape its own HTML, alone and in lists', () => {
  const item = (text: string) => html`<li>${text}</li>`;
  expect(
    html`<ul>
      ${[item('a'), item('&')]}
    </ul>`.text.replace(/\s/g, ''),
  ).toBe('<ul><li>a</li><li>&amp;</li></ul>');
  expect(html`<p>${html`<b>c</b>`}</p>`.text).toBe('<p><b>c</b></p>');
});
