/** More of a text is not even looked at. */
const MAX_READ_LENGTH = 16 * 1024;

const HIDDEN = '[hidden]';

/** What requests carry to prove who asks, as servers and proxies quote it in the pages by which they refuse them. */
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
 * A text of somebody else as a terminal may show it: on one line, at most `maxLength` characters, without the control
 * and format characters (Unicode's Cc and Cf) that move the cursor, colour, hide or turn round what stands near them.
 */
export function visible(text: string, maxLength: number): string {
  const line = text
    .slice(0, 4 * maxLength)
    .toWellFormed()
    .replace(/\p{Cf}/gu, '')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** What a server says, as logs, events and conditions may carry it: visible, and without credentials that it repeats. */
export function foreignWords(text: string, maxLength: number): string {
  const read = text.slice(0, MAX_READ_LENGTH);
  return visible(
    CREDENTIALS.reduce((words, [pattern, instead]) => words.replace(pattern, instead), read),
    maxLength,
  );
}
