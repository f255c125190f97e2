/** Words that people add to say what kind of thing they search for, and the type that they mean. */
export const KIND_WORDS: ReadonlyMap<string, 'image' | 'helm'> = new Map([
  ['image', 'image'],
  ['images', 'image'],
  ['container', 'image'],
  ['containers', 'image'],
  ['chart', 'helm'],
  ['charts', 'helm'],
  ['helm', 'helm'],
]);
