import { fold, withoutMarks } from '../../fold.ts';
import type { ByteWriter } from '../structures/bytes.ts';
import { encode, foldByte, indexOf, indexOfFolded, type Slice, sliceOf } from '../structures/bytes.ts';
import { byteAt } from '../structures/typed.ts';
import { ABSENT, BETWEEN } from './fields.ts';
import { BETWEEN_SLICE } from './label-text.ts';

/** Texts of a repository beside its name, and the ids of its labels. */
export interface Texts {
  readonly title: string | undefined;
  readonly summary: string | undefined;
  /** As `packTexts` writes them: see `WRITTEN`. */
  readonly labels: readonly number[];
}

/**
 * A label is the id of its folded text. One that was written otherwise has a second number after it: the id of what was
 * written, with this bit.
 */
export const WRITTEN = 2 ** 31;

/**
 * The numbers of labels, then a byte that says how to read what follows, then title and summary with a byte that is in
 * no text between them. To find where each begins, only the title has to be searched for its end.
 */
export interface PackedTexts {
  readonly bytes: Buffer;
  readonly start: number;
  readonly titleStart: number;
  readonly titleEnd: number;
  readonly end: number;
}

/** What stands before the title; no byte that the id of a label begins with, and none of any text. */
const ASCII = 0xfd;
const UNICODE = 0xfc;

const LABEL_BYTES = 4;

/** As they are stored; valid until the writer is used again. */
export function packTexts(writer: ByteWriter, { title, summary, labels }: Texts): Slice {
  writer.start();
  for (const id of labels) writer.uint32(id);
  writer.byte(isAscii(title) && isAscii(summary) ? ASCII : UNICODE);
  writeText(writer, title);
  writer.byte(BETWEEN);
  writeText(writer, summary);
  return writer.written();
}

function writeText(writer: ByteWriter, text: string | undefined): void {
  if (text === undefined) writer.byte(ABSENT);
  else writer.text(text);
}

function isAscii(text = ''): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) >= 0x80) return false;
  return true;
}

/** Finds the parts of what `packTexts` made. */
export function unpackTexts({ bytes, start, end }: Slice & { readonly bytes: Buffer }): PackedTexts {
  let at = start;
  while (byteAt(bytes, at) < UNICODE) at += LABEL_BYTES;
  const titleStart = at + 1;
  return { bytes, start, titleStart, titleEnd: indexOf({ bytes, start: titleStart, end }, BETWEEN_SLICE), end };
}

/** The summary, or else the title, or else nothing. */
export function readDescription(texts: PackedTexts): string {
  return readSummary(texts) ?? readTitle(texts) ?? '';
}

export function readTitle({ bytes, titleStart, titleEnd }: PackedTexts): string | undefined {
  return readText(bytes, titleStart, titleEnd);
}

export function readSummary({ bytes, titleEnd, end }: PackedTexts): string | undefined {
  return readText(bytes, titleEnd + 1, end);
}

function readText(bytes: Buffer, start: number, end: number): string | undefined {
  return end > start && byteAt(bytes, start) === ABSENT ? undefined : bytes.toString('utf8', start, end);
}

/** The ids of labels, as they are folded. */
export function readLabels(texts: PackedTexts): number[] {
  return readNumbers(texts).filter((number) => number < WRITTEN);
}

/** The ids of those labels that were written otherwise, as they were. */
export function readWrittenLabels(texts: PackedTexts): number[] {
  return readNumbers(texts).flatMap((number) => (number < WRITTEN ? [] : [number - WRITTEN]));
}

export interface LabelIds {
  readonly folded: number;
  /** Of what was written, where that is another text. */
  readonly written: number | undefined;
}

export function readLabelIds(texts: PackedTexts): LabelIds[] {
  const numbers = readNumbers(texts);
  return numbers.flatMap((folded, at) => {
    const next = numbers[at + 1] ?? 0;
    return folded < WRITTEN ? [{ folded, written: next < WRITTEN ? undefined : next - WRITTEN }] : [];
  });
}

function readNumbers({ bytes, start, titleStart }: PackedTexts): number[] {
  const numbers = [];
  for (let at = start; at < titleStart - 1; at += LABEL_BYTES) numbers.push(bytes.readUInt32BE(at));
  return numbers;
}

/** Whether title or summary, folded and without marks, hold `sought`. */
export function textsHold(texts: PackedTexts, sought: Slice): boolean {
  const { bytes, titleStart, end } = texts;
  if (areAscii(texts)) return indexOfFolded({ bytes, start: titleStart, end }, sought) >= 0;
  return indexOf(foldTexts(texts), sought) >= 0;
}

/** Title and summary, without marks. Texts that are not ASCII are rare, and are read and folded as text. */
export function foldTexts(texts: PackedTexts): Slice {
  if (areAscii(texts)) return foldBytes(texts);
  return sliceOf(joinTexts(foldWithMarks(texts).map((text) => encode(withoutMarks(text)))));
}

/** Title and summary, folded, with their marks. */
export function foldWithMarks(texts: PackedTexts): readonly string[] {
  return [readTitle(texts), readSummary(texts)].map((text) => fold(text ?? ''));
}

function areAscii({ bytes, titleStart }: PackedTexts): boolean {
  return byteAt(bytes, titleStart - 1) === ASCII;
}

function foldBytes({ bytes, titleStart, end }: PackedTexts): Slice {
  const folded = Buffer.allocUnsafe(end - titleStart);
  for (let at = titleStart; at < end; at += 1) folded[at - titleStart] = foldByte(byteAt(bytes, at));
  return sliceOf(folded);
}

/** Texts in a row, so that what is found in it is in one of them. */
function joinTexts(texts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(texts.flatMap((text, i) => (i === 0 ? [text] : [Buffer.of(BETWEEN), text])));
}
