import { renderToString } from 'preact-render-to-string';
import type { ApiError } from '../../errors/api-error.ts';
import { thereAndBack } from '../links.ts';
import type { PageContext } from '../page-context.ts';
import { renderDocument } from './document.tsx';
import { sentence } from './foreign.tsx';

interface ErrorProps {
  readonly page: PageContext;
  readonly error: ApiError;
  /** What stood in the field. */
  readonly q: string;
}

export function renderError(props: ErrorProps): string {
  const { page, error, q } = props;
  return renderDocument({ page, q, title: titleOf(page, error), children: <ErrorView {...props} /> });
}

/** In place of results, for the script. */
export function renderErrorAlone(props: ErrorProps): string {
  return renderToString(<ErrorView {...props} />);
}

function ErrorView({ page, error, q }: ErrorProps) {
  const { words } = page.language;
  const { title, text } = textsOf(page, error);
  const mistake = error.mistake && words.mistakeOf(error.mistake);
  const isEnglish = mistake === undefined && words.code !== 'en';
  const position = error.detail?.position;
  return (
    <div id="results" class="grid" data-count={title}>
      <section class="failure">
        <h1>{title}</h1>
        {position !== undefined && <Mistake q={q} position={position} />}
        {text !== undefined && <p>{text}</p>}
        {isExplained(error) && (
          <p lang={isEnglish ? 'en' : undefined}>{withCode(sentence(mistake ?? error.message))}</p>
        )}
        {error.status === 401 ? (
          <p>
            <a class="button" href={thereAndBack('/login', page.url)}>
              {words.logIn}
            </a>
          </p>
        ) : (
          position === undefined && (
            <p>
              <a href="/">{words.toSearch}</a>
            </p>
          )
        )}
      </section>
    </div>
  );
}

/** The query with the place of its mistake. */
function Mistake({ q, position }: { readonly q: string; readonly position: number }) {
  const end = /\s/.exec(q.slice(position))?.index ?? q.length - position;
  return (
    <pre class="mistake">
      {q.slice(0, position)}
      <em>{q.slice(position, position + end) || ' '}</em>
      {q.slice(position + end)}
    </pre>
  );
}

const PLAIN = [401, 404, 503] as const;

function textsOf({ language }: PageContext, { status, detail }: ApiError): { title: string; text?: string } {
  const { words } = language;
  if (detail) return { title: words.mistake };
  const plain = PLAIN.find((known) => known === status);
  return plain === undefined ? words.errors.other : words.errors[plain];
}

function titleOf(page: PageContext, error: ApiError): string {
  return textsOf(page, error).title;
}

/** 401 and 404 say all there is to say. */
function isExplained({ status }: ApiError): boolean {
  return status !== 401 && status !== 404;
}

/** Messages set off in backticks what is to be typed. */
function withCode(text: string) {
  return text.split('`').map((part, at) => (at % 2 === 1 ? <code key={part}>{part}</code> : part));
}
