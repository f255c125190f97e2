import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { type BrowserBench, openBrowser } from '../../support/page/browser.ts';
import { openPageBench, openPageBenchFor, type PageBench } from '../../support/page/page-bench.ts';
import { digestFor, pageRecords } from '../../support/page/page-records.ts';
import { searchRecord } from '../../support/search/search-records.ts';

const PHONE = { viewport: { width: 320, height: 640 }, hasTouch: true };
/** Of a journey, on a machine that does other things as well. */
const SLOW_MS = 120_000;

let browser: BrowserBench;
let bench: PageBench;

beforeAll(async () => {
  browser = await openBrowser();
  bench = await openPageBench([...pageRecords(), tagged('many/tags', 250), tagged('huge/tags', 100_000)]);
}, 600_000);

afterAll(async () => {
  await bench.close();
  await browser.close();
});

/** Versions from 1.0.0 on, pushed in that order. */
function tagged(name: string, count: number) {
  const tags = Array.from({ length: count }, (_, at) => {
    return { name: `1.0.${at}`, digest: digestFor(`many:${at}`), pushedAtMs: at * 60_000, platforms: ['linux/amd64'] };
  });
  return searchRecord(name, { tags: tags.sort((a, b) => (a.name < b.name ? -1 : 1)), pushedAtMs: 1 });
}

const names = (page: Page) => page.locator('.hit h2 a').allTextContents();
const tagsOf = (page: Page) => page.locator('td.names a:first-child').allTextContents();
/** Presses a link and waits for where it leads. */
const follow = async (page: Page, link: Locator) => {
  await Promise.all([page.waitForEvent('load'), link.click()]);
};
const overflow = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);

describe('search', () => {
  test(
    'results change while one types, and the address with them, without another page',
    async () => {
      const page = await browser.open();
      await page.goto(bench.url);
      expect(await page.locator('h1').textContent()).toContain('Newest pushes');
      expect((await names(page))[0]).toBe('payments/payment-api');
      await page.evaluate(() => Object.assign(window, { isSamePage: true }));
      await page.locator('#q').pressSequentially('fraud');
      await page.locator('h1', { hasText: '2 repositories' }).waitFor();
      expect(await names(page)).toEqual(['payments/fraud/model-server', 'payments/fraud/trainer']);
      expect(new URL(page.url()).search).toBe('?q=fraud');
      expect(await page.evaluate(() => 'isSamePage' in window)).toBe(true);
      await page.locator('[role=status]', { hasText: '2 repositories' }).waitFor({ state: 'attached' });
      await page.reload();
      expect(await names(page)).toEqual(['payments/fraud/model-server', 'payments/fraud/trainer']);
    },
    SLOW_MS,
  );

  test(
    'a facet narrows the query and is taken off again; what is opened leads back to the same results',
    async () => {
      const page = await browser.open();
      await page.goto(`${bench.url}/?q=payment`);
      await follow(page, page.locator('aside a', { hasText: 'windows' }));
      expect(await page.locator('#q').inputValue()).toBe('payment os:windows');
      expect(await names(page)).toEqual([expect.stringContaining('mock-payment-provider')]);
      await follow(page, page.locator('aside a[aria-current]', { hasText: 'windows' }));
      expect(await page.locator('#q').inputValue()).toBe('payment');
      await follow(page, page.locator('.hit h2 a', { hasText: 'payment-worker' }));
      expect(await page.locator('h1').textContent()).toBe('payments/payment-worker');
      await page.goBack();
      expect(await names(page)).toContain('payments/payment-worker');
      expect(await page.locator('#q').inputValue()).toBe('payment');
    },
    SLOW_MS,
  );

  test(
    'matches are marked, a misspelt word is explained, and a mistake shown where it is',
    async () => {
      const page = await browser.open();
      await page.goto(`${bench.url}/?q=paymnet-api`);
      expect(await page.locator('.note').first().textContent()).toMatch(/^Nothing matches "paymnet-api"/);
      await page.goto(`${bench.url}/?q=cards`);
      expect(await page.locator('mark').allTextContents()).toEqual(['cards']);
      const answer = await page.goto(`${bench.url}/?q=${encodeURIComponent('pay arhc:arm64')}`);
      expect(answer?.status()).toBe(400);
      expect(await page.locator('.mistake em').textContent()).toBe('arhc:arm64');
      await page.locator('#q').fill('pay');
      await page.locator('.hit').first().waitFor();
    },
    SLOW_MS,
  );

  test(
    'a suggested name opens by keys alone',
    async () => {
      const page = await browser.open();
      await page.goto(`${bench.url}/r/base/node`);
      await page.keyboard.press('/');
      await page.keyboard.type('gatew');
      await page.locator('[role=option]', { hasText: 'platform/gateway' }).waitFor();
      expect(await page.locator('#q').getAttribute('aria-expanded')).toBe('true');
      await page.keyboard.press('Escape');
      expect(await page.locator('#suggestions').isHidden()).toBe(true);
      await page.keyboard.type('a');
      await page.locator('[role=option]', { hasText: 'platform/gateway' }).waitFor();
      await page.keyboard.press('ArrowDown');
      const [option = ''] = await page.locator('[aria-selected=true]').allTextContents();
      await page.keyboard.press('Enter');
      await page.waitForURL(`**/r/${option}`);
    },
    SLOW_MS,
  );

  test(
    'keys lead from the field through the results and back',
    async () => {
      const page = await browser.open();
      await page.goto(`${bench.url}/?q=payment`);
      const focused = () => page.evaluate(() => document.activeElement?.textContent);
      await page.keyboard.press('/');
      await page.keyboard.press('ArrowDown');
      const shown = await names(page);
      expect(await focused()).toBe(shown[0]);
      await page.keyboard.press('ArrowDown');
      expect(await focused()).toBe(shown[1]);
      await page.keyboard.press('ArrowUp');
      await page.keyboard.press('ArrowUp');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('q');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Escape');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('q');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.waitForURL('**/r/**');
      expect(await page.locator('h1').textContent()).toBe(shown[0]);
    },
    SLOW_MS,
  );
});

describe('a repository', () => {
  test(
    'its command is copied by a click, and by c',
    async () => {
      const page = await browser.open({ permissions: ['clipboard-read', 'clipboard-write'] });
      await page.goto(`${bench.url}/r/payments/payment-api`);
      const line = 'docker pull registry.acme.example/payments/payment-api:2.14.0';
      expect(await page.locator('.command code').textContent()).toBe(line);
      await page.locator('.command button').click();
      await page.locator('.command button', { hasText: 'Copied' }).waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(line);
      await follow(page, page.locator('.tabs a', { hasText: 'podman' }));
      await follow(page, page.locator('.tabs a', { hasText: 'by digest' }));
      await page.keyboard.press('c');
      const digest = digestFor('payments/payment-api:2.14.0');
      await page.locator('.command button', { hasText: 'Copied' }).waitFor();
      expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
        `podman pull registry.acme.example/payments/payment-api@${digest}`,
      );
    },
    SLOW_MS,
  );

  test(
    'tags of one digest stand in one row; a tag chosen is the one that is pulled; its digest says who has it',
    async () => {
      const page = await browser.open();
      await page.goto(`${bench.url}/r/payments/payment-api`);
      const row = page.locator('tbody tr').first();
      expect((await row.locator('.tag').allTextContents()).sort()).toEqual(['2.14', '2.14.0', 'latest']);
      await follow(page, page.locator('.tag', { hasText: '2.9.4' }));
      expect(await page.locator('.command code').textContent()).toMatch(/payment-api:2\.9\.4$/);
      await follow(page, row.locator('.digest a'));
      expect(await page.locator('h1').textContent()).toBe(digestFor('payments/payment-api:2.14.0'));
      expect(await page.locator('.hit h2 a').allTextContents()).toEqual(['payments/payment-api']);
    },
    SLOW_MS,
  );

  test(
    'tags are sorted by version, filtered, and paged',
    async () => {
      const page = await browser.open();
      await page.goto(`${bench.url}/r/many/tags`);
      await follow(page, page.locator('.choice a', { hasText: 'version' }));
      expect((await tagsOf(page)).slice(0, 2)).toEqual(['1.0.249', '1.0.248']);
      await follow(page, page.locator('[rel=next]'));
      await follow(page, page.locator('[rel=next]'));
      expect((await tagsOf(page)).slice(-2)).toEqual(['1.0.1', '1.0.0']);
      await page.locator('.filter input[type=search]').fill('1.0.24*');
      await page.keyboard.press('Enter');
      await page.waitForURL('**tags=1.0.24**');
      expect((await tagsOf(page)).slice(0, 3)).toEqual(['1.0.249', '1.0.248', '1.0.247']);
    },
    SLOW_MS,
  );

  test(
    'of 100,000 tags a page shows a hundred, and a filter finds any of them',
    async () => {
      const page = await browser.open();
      await page.goto(`${bench.url}/r/huge/tags?sort=version`);
      expect(await page.locator('#tags h2').textContent()).toBe('Tags 100,000');
      expect(await tagsOf(page)).toEqual(Array.from({ length: 100 }, (_, at) => `1.0.${99_999 - at}`));
      await follow(page, page.locator('[rel=next]'));
      expect((await tagsOf(page))[0]).toBe('1.0.99899');
      await page.locator('.filter input[type=search]').fill('1.0.4217');
      await page.keyboard.press('Enter');
      await page.waitForURL('**tags=1.0.4217**');
      expect((await tagsOf(page)).at(-1)).toBe('1.0.4217');
    },
    SLOW_MS,
  );

  test(
    'a tag says how large it is and when it was built, and a chart what is in its Chart.yaml',
    async () => {
      const page = await browser.open();
      await page.goto(`${bench.url}/r/payments/payment-api`);
      expect(await page.locator('thead th').allTextContents()).toEqual([
        ...['Tag', 'Pushed', 'Created', 'Size', 'Platforms', 'Digest'],
      ]);
      expect(await page.locator('tbody .num').first().textContent()).toMatch(/^[\d.]+\sMB$/);
      expect(await page.locator('tbody time').nth(1).getAttribute('title')).toBe('2026-11-28 08:45 UTC');
      await page.goto(`${bench.url}/r/charts/payments`);
      expect(await page.locator('tbody tr').first().locator('td').nth(1).textContent()).toBe('2.14.0');
      const said = Object.fromEntries(
        await page.locator('aside dt').evaluateAll((terms) => {
          return terms.map((term) => [term.textContent, term.nextElementSibling?.textContent]);
        }),
      );
      expect(said).toMatchObject({
        'App version': '2.14.0',
        Kubernetes: '>=1.28.0-0',
        'Depends on': 'postgresql 16.x.x, redis 20.1.0',
        Maintainers: 'Payments team (payments@acme.example)',
        'Home page': 'payments.acme.example',
      });
      // No picture of another host is loaded: it is a link.
      const icon = page.locator('aside a', { hasText: 'icon.svg' });
      expect(await icon.getAttribute('href')).toBe('https://payments.acme.example/icon.svg');
      expect(await page.locator('img').count()).toBe(0);
    },
    SLOW_MS,
  );

  test(
    'it leads to what it is built on, and from there to what builds on it',
    async () => {
      const page = await browser.open();
      await page.goto(`${bench.url}/r/payments/payment-api`);
      await follow(page, page.locator('dd a', { hasText: 'base/node' }));
      expect(await page.locator('dd li a').allTextContents()).toEqual([
        'payments/payment-api',
        'payments/payment-worker',
      ]);
    },
    SLOW_MS,
  );
});

test(
  'without a script everything is reached by links and forms',
  async () => {
    const page = await browser.open({ javaScriptEnabled: false });
    await page.goto(bench.url);
    await page.locator('#q').fill('payment');
    await page.keyboard.press('Enter');
    await follow(page, page.locator('aside a', { hasText: 'Helm charts' }));
    expect(await names(page)).toEqual(['charts/payments']);
    await follow(page, page.locator('.hit h2 a'));
    expect(await page.locator('.command code').allTextContents()).toEqual([
      'helm install payments oci://registry.acme.example/charts/payments --version 1.4.0',
      'helm pull oci://registry.acme.example/charts/payments --version 1.4.0',
    ]);
    expect(await page.locator('button:visible').count()).toBe(0);
    await follow(page, page.locator('footer a', { hasText: 'dark' }));
    expect(new URL(page.url()).pathname).toBe('/r/charts/payments');
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
  },
  SLOW_MS,
);

test(
  'colours are right at first sight, and the choice is kept',
  async () => {
    const page = await browser.open({ colorScheme: 'dark' });
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    await page.goto(bench.url);
    const dark = await background();
    await follow(page, page.locator('footer a', { hasText: /^light$/ }));
    const light = await background();
    expect(light).not.toBe(dark);
    await page.goto(`${bench.url}/r/base/node`);
    expect(await background()).toBe(light);
    await follow(page, page.locator('footer a', { hasText: 'as the system' }));
    expect(await background()).toBe(dark);
  },
  SLOW_MS,
);

test(
  'on a phone nothing is wider than it, and filters are folded away',
  async () => {
    const page = await browser.open(PHONE);
    for (const path of [
      '/',
      '/?q=payment',
      '/r/payments/payment-api',
      '/r/many/tags?by=digest',
      '/?q=arhc:x',
      '/r/no/such',
    ])
      await page
        .goto(bench.url + path)
        .then(async () => expect({ path, by: await overflow(page) }).toEqual({ path, by: 0 }));
    await page.goto(`${bench.url}/?q=payment`);
    expect(await page.locator('aside a').first().isVisible()).toBe(false);
    await page.locator('.fold > summary').tap();
    await follow(page, page.locator('aside a', { hasText: 'Helm charts' }));
    expect(await names(page)).toEqual(['charts/payments']);
  },
  SLOW_MS,
);

test(
  'on paper there are the command and the tags, and nothing to press',
  async () => {
    const page = await browser.open();
    await page.goto(`${bench.url}/r/payments/payment-api`);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.command code').isVisible()).toBe(true);
    expect(await page.locator('td.names').first().isVisible()).toBe(true);
    for (const pressed of ['header', 'footer', 'button', '.tabs', '.choice', '.filter'])
      expect([pressed, await page.locator(pressed).first().isVisible()]).toEqual([pressed, false]);
  },
  SLOW_MS,
);

test(
  'nothing moves for who wants that',
  async () => {
    const page = await browser.open({ reducedMotion: 'reduce' });
    await page.goto(`${bench.url}/?q=payment`);
    const moving = () =>
      page.evaluate(() => {
        const results = document.getElementById('results');
        if (results) results.ariaBusy = 'true';
        const all = [...document.querySelectorAll('*')].map((element) => getComputedStyle(element));
        return all.filter((style) => style.transitionDuration !== '0s' || style.animationName !== 'none').length;
      });
    expect(await moving()).toBe(0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    expect(await moving()).toBe(1);
  },
  SLOW_MS,
);

test(
  'it speaks German to who prefers that',
  async () => {
    const page = await browser.open({ locale: 'de-AT' });
    await page.goto(`${bench.url}/?q=mysql`);
    expect(await page.locator('html').getAttribute('lang')).toBe('de');
    expect(await page.locator('h1').textContent()).toBe('Nichts gefunden');
    expect(await page.locator('.note').textContent()).toMatch(/^Kein Name, Titel, Text oder Label enthält „mysql“/);
    await page.goto(`${bench.url}/?q=arhc:x`);
    expect(await page.locator('.failure p').textContent()).toBe('Den Filter arhc: gibt es nicht; meinen Sie arch:?');
  },
  SLOW_MS,
);

describe('two users', () => {
  let guarded: PageBench;
  const rules = {
    rules: [
      { names: ['base/**'], anonymous: true },
      { names: ['payments/**'], users: ['ann'] },
      { names: ['hr/**'], users: ['eve'] },
    ],
  };

  beforeAll(async () => {
    guarded = await openPageBenchFor(['ann', 'eve'], rules, pageRecords());
  });
  afterAll(() => guarded.close());

  const login = (user: string) => browser.open({ httpCredentials: { username: user, password: user } });

  test(
    'each sees what they may pull, once logged in, and nobody what is hidden',
    async () => {
      const stranger = await browser.open();
      await stranger.goto(`${guarded.url}/?q=a`);
      expect((await names(stranger)).every((name) => name.startsWith('base/'))).toBe(true);
      expect((await stranger.goto(`${guarded.url}/r/hr/salaries`))?.status()).toBe(404);
      expect(await stranger.content()).not.toContain('earns');

      const ann = await login('ann');
      await ann.goto(`${guarded.url}/login?to=${encodeURIComponent('/?q=ns:payments')}`);
      expect(new URL(ann.url()).search).toBe('?q=ns:payments');
      expect(await ann.locator('.who').textContent()).toBe('ann');
      expect(await names(ann)).toContain('payments/payment-api');
      expect((await ann.goto(`${guarded.url}/r/hr/salaries`))?.status()).toBe(404);

      const eve = await login('eve');
      await eve.goto(`${guarded.url}/login?to=/r/hr/salaries`);
      expect(await eve.locator('.lead').textContent()).toBe('What everybody earns');
      expect((await eve.goto(`${guarded.url}/r/payments/payment-api`))?.status()).toBe(404);
    },
    SLOW_MS,
  );

  test(
    'a wrong password is refused with a page that says so',
    async () => {
      const page = await browser.open({ httpCredentials: { username: 'ann', password: 'wrong' } });
      const answer = await page.goto(`${guarded.url}/login?to=/`);
      expect(answer?.status()).toBe(401);
      expect(await page.locator('h1').textContent()).toBe('Log in to look around');
    },
    SLOW_MS,
  );
});

test('no page has broken the content security policy, and no script has failed', () => {
  expect(browser.complaints).toEqual([]);
});
