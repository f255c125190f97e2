import type { DescribedApi } from './openapi.ts';
import { templateOf } from './openapi.ts';
import { OPERATIONS, type Operation } from './operations.ts';

/** A page for people, from the table that the API is made from: plain HTML without script. */
export function renderReference({ info }: DescribedApi): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(info.title)}: API</title>
</head>
<body>
<main>
<h1>${escapeHtml(info.title)} ${escapeHtml(info.version)}</h1>
<p>${escapeHtml(info.description)}</p>
<p><a href="openapi.json">openapi.json</a> describes all of it for programs, as OpenAPI 3.1.</p>
${OPERATIONS.map(renderOperation).join('\n')}
</main>
</body>
</html>
`;
}

function renderOperation(operation: Operation): string {
  const { id, summary, path, rest, parameters, example } = operation;
  const rows = [...(rest ? [rest] : []), ...parameters].map(({ name, description }) => {
    return `<tr><th scope="row"><code>${escapeHtml(name)}</code></th><td>${escapeHtml(description)}</td></tr>`;
  });
  const shown = `${path}${rest?.example ?? ''}${example}`;
  return `<section aria-labelledby="${id}">
<h2 id="${id}">${escapeHtml(summary)}</h2>
<p><code>GET ${escapeHtml(templateOf(operation))}</code></p>
${rows.length === 0 ? '' : `<table><tbody>${rows.join('')}</tbody></table>`}
<p>For example <a href="${escapeHtml(shown)}">${escapeHtml(shown)}</a></p>
</section>`;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
