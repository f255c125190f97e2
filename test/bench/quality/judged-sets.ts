import type { RepositoryRecord } from '../../../src/dynamodb/records/record.ts';
import { forgeRecords } from './forge.ts';
import { parseLine, readLines, recordOf } from './registry-file.ts';

/** Something a person types, and what that person wants. */
export interface JudgedQuery {
  /** Such as `typo` or `version`. */
  readonly kind: string;
  readonly text: string;
  /**
   * Names; one that ends in `/` stands for all below it. None at all: there is no such thing, and the answer says so.
   */
  readonly wanted: readonly string[];
}

export interface JudgedSet {
  readonly name: string;
  readonly records: () => readonly RepositoryRecord[];
  readonly queries: readonly JudgedQuery[];
}

/** The three registries, the company's once for the queries we were given and once for our own. */
export function judgedSets(): JudgedSet[] {
  const team = () => recordsIn('team.tsv', 'https://registry.hopfenwerk.example');
  const company = () => recordsIn('company.tsv', 'https://git.acme.example');
  return [
    { name: 'company, given', records: company, queries: readQueries('company-given.queries.tsv') },
    { name: 'company, own', records: company, queries: readQueries('company-own.queries.tsv') },
    { name: 'team', records: team, queries: readQueries('team.queries.tsv') },
    { name: 'forge', records: forgeRecords, queries: readQueries('forge.queries.tsv') },
  ];
}

function recordsIn(file: string, host: string): RepositoryRecord[] {
  return readLines(file).map((line) => recordOf(parseLine(line, host)));
}

function readQueries(file: string): JudgedQuery[] {
  return readLines(file).map((line) => {
    const [kind = '', text = '', wanted = ''] = line.split('\t');
    return { kind, text, wanted: wanted === '-' ? [] : wanted.split(' OR ') };
  });
}
