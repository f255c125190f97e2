/**
 * After these a joiner changes what is seen: letters of the scripts for which Unicode Standard Annex 31 lets it into
 * names, and emoji. Elsewhere it only makes two texts that look the same differ.
 */
const SHAPES_WITH_JOINERS =
  /[\p{sc=Arab}\p{sc=Syrc}\p{sc=Mong}\p{sc=Nkoo}\p{sc=Adlm}\p{sc=Deva}\p{sc=Beng}\p{sc=Guru}\p{sc=Gujr}\p{sc=Orya}\p{sc=Taml}\p{sc=Telu}\p{sc=Knda}\p{sc=Mlym}\p{sc=Sinh}\p{sc=Khmr}\p{sc=Mymr}\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]/v;

/**
 * What is never seen and may turn, hide or split the text around it: bidirectional marks, overrides and isolates, zero
 * width spaces, soft hyphens, tags, notes between lines (Unicode Technical Report 36, section 2.5). Signs of category
 * Cf that are seen, as before Arabic numbers, are none of these, and neither are variation selectors, which emoji need.
 */
const UNSEEN = new RegExp(
  `[[\\p{Default_Ignorable_Code_Point}&&[\\p{Cf}\\p{Cn}]]--[\\u200c\\u200d]]|[\\ufff9-\\ufffb]|(?<!${SHAPES_WITH_JOINERS.source})[\\u200c\\u200d]`,
  'gv',
);

/** Text as it may be kept and shown: nothing unseen in it, and a blank for each control character and line end. */
export function plain(text: string): string {
  if (/^[ -~]*$/.test(text)) return text;
  return text
    .toWellFormed()
    .replace(UNSEEN, '')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, ' ');
}

/** Plain text on one line: all blanks between two words become one. */
export function oneLine(text: string, maxLength: number): string | undefined {
  const line = plain(text).replace(/\s+/g, ' ').trim();
  return line === '' ? undefined : cut(line, maxLength);
}

/** At most `maxLength` characters, never half of one. */
export function cut(text: string, maxLength: number): string {
  return text.length <= maxLength ? text : text.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '');
}

/** Milliseconds since 1970 of an RFC 3339 time; undefined also for the zero times of reproducible builds. */
export function parseCreatedTime(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\d/.test(text)) return undefined;
  const timeMs = Date.parse(text);
  return timeMs > 0 ? timeMs : undefined;
}
