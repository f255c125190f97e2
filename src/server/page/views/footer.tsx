import { thereAndBack } from '../links.ts';
import type { Page } from '../page.ts';

const THEMES = ['auto', 'light', 'dark'] as const;

export function Footer({ page }: { readonly page: Page }) {
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
