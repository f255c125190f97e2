import { type BrowserBench, openBrowser } from '../../support/page/browser.ts';
import { openPageBench } from '../../support/page/page-bench.ts';
import { pageRecords } from '../../support/page/page-records.ts';

export interface BrowserTimes {
  /** Of all that the first view loads, as it is sent. */
  readonly bytes: number;
  readonly firstViewMs: number;
  readonly keyMs: number;
}

const TIMES = 5;
/** WebPageTest's fast 3G, and Lighthouse's slow processor. */
const LINK = { offline: false, latency: 150, downloadThroughput: 1.6e6 / 8, uploadThroughput: 768e3 / 8 };
const CPU = { rate: 4 };

/** What a reader of a small registry sees, and when. */
export async function measureBrowser(): Promise<BrowserTimes> {
  const browser = await openBrowser();
  const bench = await openPageBench(pageRecords());
  try {
    const runs: BrowserTimes[] = [];
    for (let time = 0; time < TIMES; time += 1) runs.push(await look(browser, bench.url));
    return { bytes: middle(runs, 'bytes'), firstViewMs: middle(runs, 'firstViewMs'), keyMs: middle(runs, 'keyMs') };
  } finally {
    await bench.close();
    await browser.close();
  }
}

function middle(runs: readonly BrowserTimes[], what: keyof BrowserTimes): number {
  return runs.map((run) => run[what]).sort((one, other) => one - other)[Math.floor(runs.length / 2)] ?? 0;
}

async function look(browser: BrowserBench, url: string): Promise<BrowserTimes> {
  const page = await browser.open();
  const session = await page.context().newCDPSession(page);
  await session.send('Network.emulateNetworkConditions', LINK);
  await session.send('Emulation.setCPUThrottlingRate', CPU);
  await page.goto(url);
  const bytes = await page.evaluate(() => {
    const entries = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
    return entries.reduce((sum, entry) => sum + (entry as PerformanceResourceTiming).transferSize, 0);
  });
  const firstViewMs = await page.evaluate(largestPaint);
  await page.locator('#q').focus();
  const drawn = page.evaluate(fromAnswerToFrame);
  await page.keyboard.press('p');
  const keyMs = await drawn;
  await page.context().close();
  return { bytes, firstViewMs, keyMs };
}

/** Of the last largest thing that was drawn, in milliseconds since the request. */
function largestPaint(): Promise<number> {
  return new Promise((resolve) => {
    new PerformanceObserver((list) => resolve(list.getEntries().at(-1)?.startTime ?? 0)).observe({
      type: 'largest-contentful-paint',
      buffered: true,
    });
  });
}

/**
 * Milliseconds from the answer to what is typed next, until the frame is drawn that has its results. Nothing else looks
 * at the page meanwhile: waiting for texts runs a script of Playwright's in each frame.
 */
function fromAnswerToFrame(): Promise<number> {
  return new Promise((resolve) => {
    const measure = () => {
      const answers = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
      const answer = answers.find(({ name }) => new URL(name).search === '?q=p');
      resolve(performance.now() - (answer?.responseEnd ?? 0));
    };
    new MutationObserver((_changes, observer) => {
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(measure));
    }).observe(document.getElementById('content') ?? document.body, { childList: true });
  });
}
