import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { BrowserContextOptions } from 'playwright-core';
import { type BrowserBench, openBrowser } from '../../support/page/browser.ts';
import { openPageBench, type PageBench } from '../../support/page/page-bench.ts';
import { pageRecords } from '../../support/page/page-records.ts';

const DOCS = join(import.meta.dirname, '../../../docs/page');
/** REGISTRY_INDEX_PICTURES=docs takes the pictures of docs/page.md anew; look at each before it is committed. */
const isRecording = process.env.REGISTRY_INDEX_PICTURES === 'docs';

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly look?: BrowserContextOptions;
}

const DARK: BrowserContextOptions = { colorScheme: 'dark' };
const PHONE: BrowserContextOptions = { viewport: { width: 360, height: 720 }, deviceScaleFactor: 2 };

const PICTURES: readonly Picture[] = [
  { name: 'start', path: '/', look: DARK },
  { name: 'search', path: '/?q=payment+arch:arm64' },
  { name: 'repository', path: '/r/payments/payment-api' },
  { name: 'chart', path: '/r/charts/payments', look: { ...DARK, locale: 'de' } },
  { name: 'mistake', path: '/?q=payment+arhc:arm64' },
  { name: 'phone', path: '/?q=payment', look: PHONE },
];

let browser: BrowserBench;
let bench: PageBench;

beforeAll(async () => {
  browser = await openBrowser();
  bench = await openPageBench(pageRecords());
}, 600_000);

afterAll(async () => {
  await bench.close();
  await browser.close();
});

test.each(PICTURES)(
  'the picture of $name in docs is one of this view',
  async ({ name, path, look }) => {
    const page = await browser.open(look);
    await page.goto(bench.url + path);
    const taken = await page.screenshot();
    const file = join(DOCS, `${name}.png`);
    if (isRecording) await writeFile(file, taken);
    expect(sizeOf(await readFile(file))).toEqual(sizeOf(taken));
    await page.context().close();
  },
  120_000,
);

/** Width and height in points, which a PNG says at its beginning. */
function sizeOf(png: Buffer): { width: number; height: number } {
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}
