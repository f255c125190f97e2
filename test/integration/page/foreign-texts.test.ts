import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page } from 'playwright-core';
import { type BrowserBench, openBrowser } from '../../support/page/browser.ts';
import { openPageBench, type PageBench } from '../../support/page/page-bench.ts';
import { searchRecord } from '../../support/search/search-records.ts';

const MARKUP = [
  '<script>window.pwned = 1</script>',
  '"><img src=x onerror="window.pwned = 1">',
  "'><svg onload=window.pwned=1>",
  '</title><script>window.pwned = 1</script>',
  '</textarea><a href="javascript:window.pwned=1">x</a>',
  '<!--',
  ']]>',
  '&lt;b&gt;&#x3c;',
  '{{constructor.constructor("window.pwned = 1")()}}',
].join(' ');
const CONTROLS = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code)).join('');
const BIDI = '\u202eevil\u2066\u2029\u202c';
const HEBREW = 'שירות תשלומים של החברה, version 2';
const LONG = `${'very-long-part-of-a-name/'.repeat(9)}${'x'.repeat(30)}`;

const records = [
  searchRecord('evil/markup', {
    title: MARKUP,
    summary: `${MARKUP} needle`,
    labels: {
      [MARKUP]: MARKUP,
      __proto__x: '1',
      'org.opencontainers.image.source': 'javascript:window.pwned=1',
      'org.opencontainers.image.url': 'https://user:secret@git.example/',
      'org.opencontainers.image.documentation': 'https://docs.example/"onmouseover="window.pwned=1',
      'org.opencontainers.image.readme': `${MARKUP}\n${CONTROLS}`,
      'org.opencontainers.image.base.name': MARKUP,
    },
    types: [`application/vnd.${MARKUP}`],
    platforms: [MARKUP],
  }),
  searchRecord('evil/controls', { summary: `needle ${CONTROLS}${BIDI} end`, labels: { [CONTROLS]: BIDI } }),
  searchRecord('right/to-left', { summary: HEBREW, labels: { team: HEBREW } }),
  searchRecord(LONG, { summary: 'y'.repeat(2_000), tags: [] }),
  searchRecord('many/labels', {
    labels: Object.fromEntries(Array.from({ length: 1_000 }, (_, at) => [`key-${at}`, `${at} `.repeat(20)])),
  }),
];

let browser: BrowserBench;
let bench: PageBench;

beforeAll(async () => {
  browser = await openBrowser();
  bench = await openPageBench(records);
}, 600_000);

afterAll(async () => {
  await bench.close();
  await browser.close();
});

const isPwned = (page: Page) => page.evaluate(() => 'pwned' in window);
const PLACES = [
  '/',
  '/?q=needle',
  `/?q=${encodeURIComponent(MARKUP)}`,
  `/?q=${encodeURIComponent(`"${CONTROLS}`)}`,
  '/r/evil/markup',
  `/r/evil/markup?tag=${encodeURIComponent(MARKUP)}&client=${encodeURIComponent(MARKUP)}&by=${encodeURIComponent(MARKUP)}`,
  `/r/evil/markup?tags=${encodeURIComponent(MARKUP)}&sort=${encodeURIComponent(MARKUP)}`,
  '/r/evil/controls',
  `/r/${encodeURIComponent(MARKUP)}`,
  `/d/${encodeURIComponent(MARKUP)}`,
  `/login?to=${encodeURIComponent('javascript:window.pwned=1')}`,
  `/theme?set=${encodeURIComponent(MARKUP)}&to=${encodeURIComponent('//evil.example/')}`,
];

test.each(PLACES)(
  'nothing that was pushed or sent becomes a part of the page: %s',
  async (place) => {
    const page = await browser.open();
    await page.goto(bench.url + place);
    expect(new URL(page.url()).origin).toBe(bench.url);
    expect(await isPwned(page)).toBe(false);
    expect(await page.locator('script').count()).toBe(1);
    expect(await page.locator('img, svg, iframe, object, [onerror], [onload], [onmouseover], [style]').count()).toBe(0);
    const links = await page.locator('a').evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).protocol));
    expect(links.filter((protocol) => !/^https?:$/.test(protocol))).toEqual([]);
    await page.context().close();
  },
  120_000,
);

test('addresses become links only where they are of the web and carry no password', async () => {
  const page = await browser.open();
  await page.goto(`${bench.url}/r/evil/markup`);
  const links = page.locator('a[rel]');
  expect(await links.evaluateAll((all) => all.map((link) => (link as HTMLAnchorElement).host))).toEqual([
    'docs.example',
  ]);
  expect(await links.first().getAttribute('rel')).toBe('noreferrer noopener nofollow');
}, 120_000);

test('characters that are not seen, or turn others round, are shown as what they are not', async () => {
  const page = await browser.open();
  await page.goto(`${bench.url}/?q=needle+-script`);
  const text = await page.locator('.hit p').textContent();
  expect(text).toMatch(/^needle /);
  expect(text).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
}, 120_000);

test('texts that run from right to left do so alone, and long ones widen nothing', async () => {
  for (const width of [320, 1_280]) {
    const page = await browser.open({ viewport: { width, height: 700 } });
    for (const place of ['/', '/r/right/to-left', `/r/${LONG}`, '/r/many/labels']) {
      await page.goto(bench.url + place);
      const by = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect({ place, width, by }).toEqual({ place, width, by: 0 });
    }
    await page.goto(`${bench.url}/?q=right`);
    const direction = await page.locator('.hit p bdi').evaluate((text) => getComputedStyle(text).direction);
    expect(direction).toBe('rtl');
    await page.context().close();
  }
}, 120_000);

test('no page has broken the content security policy', () => {
  expect(browser.complaints).toEqual([]);
});
