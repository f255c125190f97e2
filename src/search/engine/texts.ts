import { fold } from '../fold.ts';
import type { ByteWriter } from './byte-writer.ts';
import { encode, foldByte, indexOf, indexOfFolded, type Slice, sliceOf } from './bytes.ts';
import { byteAt } from './typed.ts';
import { ABSENT, BETWEEN } from './words.ts';

/** Texts of a repository beside its name, and the ids of its labels. */
export interface Texts {
  readonly title: string | undefined;
  readonly summary: string | undefined;
  readonly labels: readonly number[];
}

/** Title, summary and the ids of labels in one piece, with a byte that is in no text between them. */
export interface PackedTexts {
  readonly bytes: Buffer;
  readonly start: number;
  readonly titleEnd: number;
  readonly summaryEnd: number;
  readonly end: number;
}

const BETWEEN_SLICE = sliceOf(Uint8Array.of(BETWEEN));
const LABEL_BYTES = 4;

/** As they are kept; good as long as what the writer has written. */
export function packTexts(writer: ByteWriter, { title, summary, labels }: Texts): Slice {
  writer.start();
  for (const text of [title, summary]) {
    if (text === undefined) writer.byte(ABSENT);
    else writer.text(text);
    writer.byte(BETWEEN);
  }
  for (const id of labels) writer.word(id);
  return writer.written();
}

/** What `packTexts` made, from `start` to `end` in larger memory. */
export function unpackTexts(bytes: Buffer, start: number, end: number): PackedTexts {
  const titleEnd = indexOf({ bytes, start, end }, BETWEEN_SLICE);
  const summaryEnd = indexOf({ bytes, start, end }, BETWEEN_SLICE, titleEnd + 1);
  return { bytes, start, titleEnd, summaryEnd, end };
}

/** As they were written. */
export function readTexts({ bytes, start, titleEnd, summaryEnd }: PackedTexts): Pick<Texts, 'title' | 'summary'> {
  return { title: readText(bytes, start, titleEnd), summary: readText(bytes, titleEnd + 1, summaryEnd) };
}

function readText(bytes: Buffer, start: number, end: number): string | undefined {
  return byteAt(bytes, start) === ABSENT && end > start ? undefined : bytes.toString('utf8', start, end);
}

/** The ids of labels. */
export function readLabels({ bytes, summaryEnd, end }: PackedTexts): number[] {
  const labels = [];
  for (let at = summaryEnd + 1; at < end; at += LABEL_BYTES) labels.push(bytes.readUInt32LE(at));
  return labels;
}

/** Whether title or summary, folded, hold `part`. */
export function textsHold(texts: PackedTexts, part: Slice): boolean {
  const { bytes, start, summaryEnd } = texts;
  if (isAscii(texts)) return indexOfFolded({ bytes, start, end: summaryEnd }, part) >= 0;
  return indexOf(foldTexts(texts), part) >= 0;
}

/** Title and summary. Texts that are not ASCII are rare, and are read and folded as text. */
export function foldTexts(texts: PackedTexts): Slice {
  if (isAscii(texts)) return foldBytes(texts);
  const { title, summary } = readTexts(texts);
  return sliceOf(joinTexts([title, summary].map((text) => encode(fold(text ?? '')))));
}

function isAscii({ bytes, start, summaryEnd }: PackedTexts): boolean {
  for (let at = start; at < summaryEnd; at += 1) {
    const byte = byteAt(bytes, at);
    if (byte >= 0x80 && byte < ABSENT) return false;
  }
  return true;
}

function foldBytes({ bytes, start, summaryEnd }: PackedTexts): Slice {
  const folded = Buffer.allocUnsafe(summaryEnd - start);
  for (let at = start; at < summaryEnd; at += 1) folded[at - start] = foldByte(byteAt(bytes, at));
  return sliceOf(folded);
}

/** Texts in one piece, so that what is found in it is in one of them. */
function joinTexts(texts: readonly Uint8Array[]): Buffer {
  return Buffer.concat(texts.flatMap((text, i) => (i === 0 ? [text] : [Buffer.of(BETWEEN), text])));
}
