import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { requireParts } from '../../env/debian.ts';

export interface BrowserBench {
  /** A window of its own, without cookies or logins. */
  open(options?: BrowserContextOptions): Promise<Page>;
  /** What pages complained of: the content security policy, errors of the script. */
  readonly complaints: string[];
  close(): Promise<void>;
}

/** Debian's Chromium without a screen. Pictures of it look the same wherever the same version runs. */
const ARGS = ['--no-sandbox', '--force-color-profile=srgb', '--font-render-hinting=none', '--lang=en'];
const DESKTOP = { width: 1_280, height: 800 };

export async function openBrowser(): Promise<BrowserBench> {
  await requireParts('chromium');
  const browser: Browser = await chromium.launch({
    channel: 'chromium',
    executablePath: '/usr/bin/chromium',
    args: ARGS,
  });
  const complaints: string[] = [];
  return {
    complaints,
    async open(options = {}) {
      const context = await browser.newContext({ viewport: DESKTOP, locale: 'en', timezoneId: 'UTC', ...options });
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        if (/Content Security Policy|Refused to|violates/i.test(message.text())) complaints.push(message.text());
      });
      return page;
    },
    close: () => browser.close(),
  };
}
