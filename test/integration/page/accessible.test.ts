import { AxeBuilder } from '@axe-core/playwright';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { BrowserContextOptions } from 'playwright-core';
import { type BrowserBench, openBrowser } from '../../support/page/browser.ts';
import { openPageBench, openPageBenchFor, type PageBench } from '../../support/page/page-bench.ts';
import { digestFor, pageRecords } from '../../support/page/page-records.ts';

let browser: BrowserBench;
let bench: PageBench;
let empty: PageBench;
let guarded: PageBench;

beforeAll(async () => {
  browser = await openBrowser();
  bench = await openPageBench(pageRecords());
  empty = await openPageBench([]);
  guarded = await openPageBenchFor(['ann'], { rules: [{ names: ['**'], authenticated: true }] }, pageRecords());
}, 600_000);

afterAll(async () => {
  await Promise.all([bench.close(), empty.close(), guarded.close()]);
  await browser.close();
});

/** A browser shows the page of a 401 only when its dialogue has been given up, as after a wrong password. */
const REFUSED = { httpCredentials: { username: 'ann', password: 'wrong' } };
const LOOKS: readonly BrowserContextOptions[] = [
  { colorScheme: 'light' },
  { colorScheme: 'dark', locale: 'de' },
  { colorScheme: 'light', viewport: { width: 320, height: 640 } },
];

const VIEWS: readonly (readonly [string, () => string])[] = [
  ['the newest pushes', () => `${bench.url}/`],
  ['results', () => `${bench.url}/?q=paymnet+arch:arm64`],
  ['no results', () => `${bench.url}/?q=mysql`],
  ['a mistake', () => `${bench.url}/?q=pay+arhc:arm64`],
  ['an image', () => `${bench.url}/r/payments/payment-api`],
  ['a chart', () => `${bench.url}/r/charts/payments`],
  ['a tag filter that nothing fits', () => `${bench.url}/r/payments/payment-api?tags=nothing`],
  ['a digest', () => `${bench.url}/d/${digestFor('payments/payment-api:2.14.0')}`],
  ['what is not there', () => `${bench.url}/r/no/such`],
  ['an empty registry', () => `${empty.url}/`],
  ['a login', () => `${guarded.url}/`],
  ['the API', () => `${bench.url}/api/`],
];

test.each(VIEWS)(
  'axe finds nothing to mend in %s: light, dark, on a phone',
  async (_name, url) => {
    for (const look of LOOKS) {
      const page = await browser.open({ ...look, ...REFUSED });
      await page.goto(url());
      const { violations, passes } = await new AxeBuilder({ page }).analyze();
      const found = violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ html }) => html) }));
      expect({ look, found }).toEqual({ look, found: [] });
      expect(passes.length).toBeGreaterThan(10);
      await page.context().close();
    }
  },
  300_000,
);

test('nor while suggestions are shown', async () => {
  const page = await browser.open();
  await page.goto(`${bench.url}/`);
  await page.locator('#q').pressSequentially('gatew');
  await page.locator('[role=option]').first().waitFor();
  await page.keyboard.press('ArrowDown');
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);
}, 120_000);
