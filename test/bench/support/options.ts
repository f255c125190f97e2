import { InvalidArgumentError } from 'commander';

/** The value of an option that is a number. Throws InvalidArgumentError, which commander reports. */
export function numberOf(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || Number.isNaN(number)) throw new InvalidArgumentError('wanted a number.');
  return number;
}

/** The values of an option that is a list of numbers, each an argument of its own. */
export function numbersOf(text: string, before: readonly number[] = []): readonly number[] {
  return [...before, numberOf(text)];
}
