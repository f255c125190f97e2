/** What keeps images from being pinned, in a sentence for the person who asked; nothing has been changed then. */
export class PinError extends Error {
  override readonly name = 'PinError';
}
