/** Shorter words are names of their own: `aws`, `ios`. */
const SHORTEST = 4;
/** What is left of a word without its ending has so many letters, and a vowel, or it is no word: `string`, `bring`. */
const STEM = /^(?=.*[aeiouy])[a-z]{3,}$/;

/**
 * Other forms of an English word, as far as letters tell: singular and plural; of `logging` also `log` and `logger`, and
 * of those who do something what they do. Most of them are no words, so that each is looked for in the index.
 */
export function inflections(word: string): readonly string[] {
  if (word.length < SHORTEST || !/^[a-z]+$/.test(word)) return [];
  const forms = [...otherNumbers(word), ...otherEndings(word)];
  return [...new Set(forms)].filter((form) => form !== word);
}

function otherNumbers(word: string): string[] {
  if (/[^aeiou]ies$/.test(word)) return [`${word.slice(0, -3)}y`];
  if (/(?:ss|sh|ch|x|z)es$/.test(word)) return [word.slice(0, -2)];
  if (/[^su]s$/.test(word)) return [word.slice(0, -1)];
  if (/[^aeiou]y$/.test(word)) return [`${word.slice(0, -1)}ies`];
  return [/(?:s|sh|ch|x|z)$/.test(word) ? `${word}es` : `${word}s`];
}

/** `shipping`, `shipper`, `ship`; `caching`, `cache`. */
function otherEndings(word: string): string[] {
  const [, stem = '', ending] = /^(.*?)(ing|ers?|e)$/.exec(word) ?? [];
  if (!STEM.test(stem)) return [];
  // What holds the word is found as it is: all that `cache` lacks is `caching`.
  if (ending === 'e') return [`${stem}ing`];
  const single = /([b-df-hj-np-tv-z])\1$/.test(stem) ? [stem.slice(0, -1)] : [];
  const bare = [...single, stem, `${stem}e`].flatMap((one) => [one, `${one}s`]);
  return [...bare, ...(ending === 'ing' ? [`${stem}er`, `${stem}ers`] : [`${stem}ing`])];
}
