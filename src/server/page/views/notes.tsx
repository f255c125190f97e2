import { searchUrl } from '../links.ts';
import type { Page } from '../page.ts';
import { sentence } from './foreign.tsx';
import type { ResultsProps } from './props.ts';

const EXAMPLES = ['payments api', 'arch:arm64', 'pushed:<7d', 'type:helm', 'signed:yes'] as const;

/** What a person should know of the answer: how it was understood, what is missing, what to try. */
export function Notes({ page, q, total, hints, isIncomplete }: ResultsProps) {
  const { words } = page.language;
  return (
    <>
      {isIncomplete && <p class="note warn">{words.incomplete}</p>}
      {hints.map((hint) => (
        <p key={hint} class="note">
          {sentence(hint)}
        </p>
      ))}
      {(total === 0 || q === '') && <Examples page={page} />}
    </>
  );
}

function Examples({ page }: { readonly page: Page }) {
  const { words } = page.language;
  return (
    <p class="examples">
      {words.tryThese}
      {EXAMPLES.map((q) => (
        <a key={q} href={searchUrl({ q })}>
          <code>{q}</code>
        </a>
      ))}
    </p>
  );
}
