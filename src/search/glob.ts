/**
 * A test for texts that fit a pattern in which `*` stands for any number of characters, even none, and `?` for one. It
 * takes at most as many steps as the number of characters of the text, times that of the pattern.
 */
export function createGlob(pattern: string): (text: string) => boolean {
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  return (text) => fits(pattern, text);
}

/** Goes back to the last star alone: what the stars before it took can stay as short as it was. */
function fits(pattern: string, text: string): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let taken = 0;
  while (place < text.length) {
    const wanted = pattern[at];
    if (wanted === '*') {
      star = at;
      taken = place;
      at += 1;
    } else if (wanted === '?' || wanted === text[place]) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      taken += 1;
      at = star + 1;
      place = taken;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
