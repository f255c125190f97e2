/** The rest of a longer text is not read at all. */
const MAX_READ_LENGTH = 16 * 1024;

const HIDDEN = '[hidden]';

/** Credentials of requests, as servers and proxies quote them in their error pages. */
const CREDENTIALS: readonly (readonly [RegExp, string])[] = [
  [
    /\b((?:proxy-)?authorization|(?:set-)?cookie|x-[a-z-]{0,40}(?:token|key|credential|signature))\b["']?\s*[:=].*/gi,
    `$1: ${HIDDEN}`,
  ],
  [/\bAWS4-[A-Z0-9-]+\b.*/g, HIDDEN],
  [
    /((?:secret|session|access|api)[-_ ]?(?:access[-_ ]?)?(?:key|token)(?:[-_ ]?id)?|password)\b["']?\s*[:=].*/gi,
    `$1: ${HIDDEN}`,
  ],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]{16,}/gi, `$1 ${HIDDEN}`],
  [/\beyJ[\w-]{8,}\.[\w.-]+/g, HIDDEN],
  [/\bA[KS]IA[A-Z0-9]{12,}/g, HIDDEN],
  [/\/\/[^/\s@]*@/g, `//${HIDDEN}@`],
];

/**
 * A text from outside, safe to print: on one line, at most `maxLength` characters, without control and format
 * characters (Unicode's Cc and Cf), which can move the cursor, and colour, hide or reverse the text around them.
 */
export function printable(text: string, maxLength: number): string {
  const line = text
    .slice(0, 4 * maxLength)
    .toWellFormed()
    .replace(/\p{Cf}/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** A text from outside, safe for logs, events and conditions: printable, and without credentials that it repeats. */
export function redacted(text: string, maxLength: number): string {
  const read = text.slice(0, MAX_READ_LENGTH);
  return printable(
    CREDENTIALS.reduce((words, [pattern, instead]) => words.replace(pattern, instead), read),
    maxLength,
  );
}
