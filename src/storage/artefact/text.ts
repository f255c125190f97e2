/** Text on one line: blanks, line ends and control characters between words become one blank each. */
export function oneLine(text: string, maxLength: number): string | undefined {
  const line = text
    .toWellFormed()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line === '' ? undefined : cut(line, maxLength);
}

/** At most `maxLength` characters, never half of one. */
export function cut(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : text.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '');
}

/** Milliseconds since 1970 of an RFC 3339 time; undefined also for the zero times of reproducible builds. */
export function timeOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\d/.test(text)) return undefined;
  const timeMs = Date.parse(text);
  return timeMs > 0 ? timeMs : undefined;
}
