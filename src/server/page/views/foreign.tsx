import { cutAtMatches } from '../matches.ts';

/** Characters that are not seen, or that would change how what follows is shown. */
const CONTROLS = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** A text that somebody has pushed, on one line. What cannot be seen in it is shown as a box. */
export function oneLine(text: string): string {
  return text.replace(/\s+/gu, ' ').trim().replace(CONTROLS, '\ufffd');
}

/** A text that somebody has pushed, with its line breaks. What cannot be seen in it is shown as a box. */
export function manyLines(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map((line) => line.replaceAll('\t', '  ').replace(CONTROLS, '\ufffd'))
    .join('\n');
}

/** A message with a capital at its beginning and a stop at its end. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.?!]$/.test(text) ? '' : '.'}`;
}

interface ForeignProps {
  readonly text: string;
  /** Folded texts that are marked in it. */
  readonly sought?: readonly string[];
}

/** A text that somebody has pushed, in its own direction, with the matches of the query marked. */
export function Foreign({ text, sought = [] }: ForeignProps) {
  return <bdi>{marked(oneLine(text), sought)}</bdi>;
}

/** A name whose last component stands out. It breaks after slashes first. */
export function Name({ text, sought = [] }: ForeignProps) {
  const at = text.lastIndexOf('/') + 1;
  return (
    <>
      {at > 0 && <span class="ns">{marked(text.slice(0, at), sought)}</span>}
      {marked(text.slice(at), sought)}
    </>
  );
}

function marked(text: string, sought: readonly string[]) {
  if (sought.length === 0) return text;
  return cutAtMatches(text, sought).map((piece) => (piece.isMatch ? <mark>{piece.text}</mark> : piece.text));
}
