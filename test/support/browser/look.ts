import type { Frame, Page } from 'playwright-core';

/** The least contrast of text with what is behind it: WCAG 2.2, success criterion 1.4.3. */
const LEAST_CONTRAST = 4.5;

/**
 * Runs in the page. Gives every text that is too faint, by the colours that the browser has computed, every word that a
 * line breaks in two, and everything that sticks out at the side, other than inside what scrolls by itself.
 */
const LOOK = `(() => {
  const parse = (color) => {
    const [r, g, b, a = 1] = color.match(/[\\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, below) => {
    const mix = (name) => top[name] * top.a + below[name] * (1 - top.a);
    return { r: mix('r'), g: mix('g'), b: mix('b'), a: 1 };
  };
  const background = (element) => {
    if (element === null) return { r: 255, g: 255, b: 255, a: 1 };
    const own = parse(getComputedStyle(element).backgroundColor);
    return own.a === 1 ? own : over(own, background(element.parentElement));
  };
  const luminance = ({ r, g, b }) => {
    const [red, green, blue] = [r, g, b].map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (element) => {
    const behind = background(element);
    const ink = over(parse(getComputedStyle(element).color), behind);
    const [dark, light] = [luminance(ink), luminance(behind)].sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };

  const brokenWords = (node) => {
    const range = document.createRange();
    return [...node.data.matchAll(/(?<!\\S)\\p{L}{2,20}[.,:;]?(?!\\S)/gu)].flatMap(({ 0: word, index }) => {
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
      return lines.size > 1 ? [word] : [];
    });
  };

  const found = [];
  let texts = 0;
  // Not innerWidth: a phone zooms out, and that grows with what sticks out.
  const { clientWidth: available, scrollWidth } = document.documentElement;
  for (const element of document.body.querySelectorAll('*')) {
    const { width, height, right, left } = element.getBoundingClientRect();
    const ownTexts = [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim() !== '');
    const hasText = ownTexts.length > 0;
    const words = element.innerText?.trim().slice(0, 40) ?? '';
    if (hasText && width > 1 && height > 1) {
      texts += 1;
      for (const word of ownTexts.flatMap(brokenWords)) found.push('breaks a word: ' + word);
      const ratio = contrast(element);
      if (ratio < ${LEAST_CONTRAST}) found.push('contrast ' + ratio.toFixed(2) + ': ' + words);
    }
    if (right > available + 0.5 && left >= 0 && element.parentElement.closest('.scroll') === null) {
      found.push('sticks out: ' + element.tagName + ' ' + words);
    }
  }
  if (scrollWidth > available) found.push('scrolls sideways');
  if (texts === 0) found.push('no text');
  return found;
})()`;

/** What is wrong with the look of the page that is shown; nothing, where all is well. */
export async function lookAt(page: Page | Frame): Promise<readonly string[]> {
  // Its style sheet too: a page that a click leads to is there before that.
  await page.waitForLoadState();
  return await page.evaluate<string[]>(LOOK);
}

/** Runs in the page. Lists what a user of a screen reader would miss. */
const LISTEN = `(() => {
  const found = [];
  const count = (selector) => document.querySelectorAll(selector).length;
  if (!document.documentElement.lang) found.push('no language');
  if (!document.title) found.push('no title');
  for (const selector of ['main', 'h1']) if (count(selector) !== 1) found.push(count(selector) + ' ' + selector);
  for (const field of document.querySelectorAll('input:not([type=hidden])')) {
    if (field.labels.length === 0) found.push('no label: ' + field.name);
  }
  for (const element of document.querySelectorAll('a, button')) {
    if (!element.innerText.trim()) found.push('no name: ' + element.outerHTML.slice(0, 80));
  }
  for (const image of document.querySelectorAll('img')) if (!image.hasAttribute('alt')) found.push('no alt');
  for (const region of document.querySelectorAll('[role=region], nav')) {
    if (!region.ariaLabel) found.push('no name: ' + region.tagName);
  }
  const ids = [...document.querySelectorAll('[id]')].map(({ id }) => id);
  if (new Set(ids).size < ids.length) found.push('an id twice');
  const levels = [...document.querySelectorAll('h1, h2, h3, h4')].map(({ tagName }) => Number(tagName[1]));
  levels.forEach((level, at) => at > 0 && level > levels[at - 1] + 1 && found.push('a heading level left out'));
  return found;
})()`;

/** What is missing on the page that is shown for those who hear it or use the keyboard. */
export async function listenTo(page: Page): Promise<readonly string[]> {
  await page.waitForLoadState();
  return await page.evaluate<string[]>(LISTEN);
}
