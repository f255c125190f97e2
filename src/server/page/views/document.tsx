import type { ComponentChildren } from 'preact';
import { renderToString } from 'preact-render-to-string';
import { thereAndBack } from '../links.ts';
import type { PageContext } from '../page-context.ts';
import { Header } from './header.tsx';

export interface DocumentProps {
  readonly page: PageContext;
  /** Of the window, before the name of the registry; undefined on the first page. */
  readonly title?: string | undefined;
  /** What stands in the field. */
  readonly q?: string;
  readonly sort?: string | undefined;
  readonly children?: ComponentChildren;
}

/** A magnifying glass. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32' fill='none' stroke='%233b82d6' stroke-width='4' stroke-linecap='round'%3E%3Ccircle cx='13' cy='13' r='9'/%3E%3Cpath d='m20 20 8 8'/%3E%3C/svg%3E";

/** The frame that all pages have. */
function Document({ page, title, q = '', sort, children }: DocumentProps) {
  const { words } = page.language;
  return (
    <html lang={words.code} data-theme={page.theme}>
      <head>
        <meta charset="utf-8" />
        <title>{title === undefined ? page.registry : `${title} · ${page.registry}`}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content={page.theme ?? 'light dark'} />
        <link rel="icon" href={ICON} />
        <link rel="stylesheet" href={page.assets.style} />
        <script type="module" src={page.assets.script} />
      </head>
      <body>
        <a class="skip" href="#content">
          {words.skip}
        </a>
        <Header page={page} q={q} sort={sort} />
        <main id="content" class="wrap" tabIndex={-1}>
          {children}
        </main>
        <Footer page={page} />
        <p id="status" class="unseen" role="status" />
      </body>
    </html>
  );
}

const THEMES = ['auto', 'light', 'dark'] as const;

function Footer({ page }: { readonly page: PageContext }) {
  const { words } = page.language;
  return (
    <footer>
      <div class="wrap">
        <span class="keys">{words.keys}</span>
        <nav aria-label={words.theme.label}>
          {words.theme.label}:
          {THEMES.map((theme) => (
            <a
              key={theme}
              href={thereAndBack('/theme', page.url, { set: theme })}
              aria-current={(page.theme ?? 'auto') === theme ? 'true' : undefined}
            >
              {words.theme[theme]}
            </a>
          ))}
        </nav>
        <a href="/api/">{words.api}</a>
      </div>
    </footer>
  );
}

export function renderDocument(props: DocumentProps): string {
  return `<!doctype html>${renderToString(<Document {...props} />)}`;
}
