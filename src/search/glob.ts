/**
 * A test for texts that fit a pattern in which `*` stands for any characters, none among them, and `?` for one. Takes
 * at most as many steps as text and pattern have characters, multiplied, whatever the pattern is.
 */
export function createGlob(pattern: string): (text: string) => boolean {
  if (!/[*?]/.test(pattern)) return (text) => text === pattern;
  return (text) => fits(pattern, text);
}

/** Of several stars only the last is ever gone back to: what the ones before it took can stay as short as it was. */
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
