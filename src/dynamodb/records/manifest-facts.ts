import { FAULT_KINDS } from '../../api/fault.ts';
import type { ListedReferrer, ManifestFacts, Mark, Problem, TagReading } from '../../oci/manifest-facts.ts';
import { type Item, isItem, isListOf, isNumber, isText, isTexts } from '../items/item.ts';

/** What reading a tag came to, as it was stored; undefined for what is not as expected: then it is read again. */
export function readReading(value: unknown): TagReading | undefined {
  const { facts, problems = [] }: Item = isItem(value) ? value : {};
  if (!isItem(value) || !isListOf(problems, isProblem)) return undefined;
  if (facts === undefined) return problems.length > 0 ? { facts, problems } : undefined;
  return isFacts(facts) ? { facts, problems } : undefined;
}

function isProblem(value: unknown): value is Problem {
  if (!isItem(value)) return false;
  return FAULT_KINDS.some((kind) => kind === value.kind) && isText(value.digest) && isText(value.reason);
}

/** What each field must be where it is there; fields that are not known here do no harm. */
const FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  platforms: isTexts,
  sizeBytes: isNumber,
  createdAtMs: isNumber,
  base: (value) => hasTexts(value, [], ['name', 'digest']),
  subject: isText,
  marks: isMarks,
  carries: isMarks,
  children: isTexts,
  referrers: (value) => isListOf(value, isReferrer),
  isAuxiliary: (value) => value === true,
  chart: isChart,
  archive: (value) => hasTexts(value, ['digest']) && isItem(value) && isNumber(value.sizeBytes),
};

function isFacts(value: unknown): value is ManifestFacts {
  if (!isItem(value) || !['image', 'chart', 'artefact'].some((kind) => kind === value.kind)) return false;
  if (value.kind === 'artefact' && !isText(value.type)) return false;
  return fieldsAre(value, FIELDS);
}

const CHART_FIELDS: Readonly<Record<string, (value: unknown) => boolean>> = {
  deprecated: (value) => value === true,
  keywords: isTexts,
  sources: isTexts,
  maintainers: (value) => isListOf(value, (one): one is Item => hasTexts(one, [], ['name', 'email', 'url'])),
  dependencies: (value) => isListOf(value, isDependency),
  annotations: (value) => isItem(value) && Object.values(value).every(isText),
};

const CHART_TEXTS = ['apiVersion', 'appVersion', 'description', 'type', 'kubeVersion', 'icon', 'home'];

function isChart(value: unknown): boolean {
  return isItem(value) && hasTexts(value, ['name', 'version'], CHART_TEXTS) && fieldsAre(value, CHART_FIELDS);
}

function isDependency(value: unknown): value is Item {
  if (!isItem(value) || !hasTexts(value, ['name'], ['version', 'repository', 'condition', 'alias'])) return false;
  return value.tags === undefined || isTexts(value.tags);
}

function isReferrer(value: unknown): value is ListedReferrer {
  return isItem(value) && hasTexts(value, ['digest', 'type']) && isMarks(value.marks);
}

function isMarks(value: unknown): value is Mark[] {
  return isTexts(value) && value.every((mark) => mark === 'attestation' || mark === 'sbom' || mark === 'signature');
}

function fieldsAre(item: Item, fields: Readonly<Record<string, (value: unknown) => boolean>>): boolean {
  return Object.entries(fields).every(([key, isRight]) => item[key] === undefined || isRight(item[key]));
}

function hasTexts(value: unknown, wanted: readonly string[], optional: readonly string[] = []): boolean {
  if (!isItem(value)) return false;
  const isOptionalText = (key: string) => value[key] === undefined || isText(value[key]);
  return wanted.every((key) => isText(value[key])) && optional.every(isOptionalText);
}
