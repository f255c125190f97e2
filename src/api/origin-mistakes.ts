import { shown } from './shown-text.ts';

/**
 * What is wrong with origins of web pages, as `search.cors.origins` holds them: a sentence that says what to write
 * instead. A browser's origin is compared with them letter by letter, so what no browser sends is a mistake. Passwords
 * are never repeated.
 */
export function mistakeInOrigins(origins: readonly string[]): string | undefined {
  if (origins.length > 1 && origins.includes('*'))
    return 'search.cors.origins holds * and other origins: write * alone, which allows all, or leave it out';
  for (const origin of origins) {
    const mistake = origin === '*' ? undefined : mistakeInOrigin(origin);
    if (mistake !== undefined) return `search.cors.origins ${mistake}`;
  }
  return undefined;
}

const FORM = 'an origin such as https://ui.example.com, or * alone';

function mistakeInOrigin(origin: string): string | undefined {
  if (origin.includes('@')) return 'holds a user name or a password: leave them out, no origin has them';
  if (origin.includes('*')) return `holds ${shown(origin)}, which is a pattern: write each origin out, or * alone`;
  if (!origin.includes('://')) return withoutScheme(origin);
  const url = URL.parse(origin);
  if (!url || !/^https?:\/\//i.test(origin)) return `holds ${shown(origin)}, which is not ${FORM}`;
  if (url.origin === origin) return undefined;
  return `holds ${shown(origin)}, which no browser sends: write ${url.origin}`;
}

function withoutScheme(text: string): string {
  const url = URL.parse(`https://${text.replace(/^\/+/, '')}`);
  if (text === 'null' || text === '' || !url) return `holds ${shown(text)}, which is not ${FORM}`;
  return `holds ${shown(text)}, which has no scheme: write ${url.origin}`;
}
