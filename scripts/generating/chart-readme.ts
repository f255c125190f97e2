import { isMap, isScalar, type Pair, parseDocument, type YAMLMap } from 'yaml';

const BEGIN = '<!-- Values: made of values.yaml by "npm run generate". -->';
const END = '<!-- End of the values. -->';

/** The chart's README with the table of its values made anew from the comments of values.yaml. */
export function chartReadme(readme: string, values: string): string {
  const [before, rest = ''] = readme.split(BEGIN);
  const after = rest.split(END)[1];
  const { contents } = parseDocument(values);
  if (after === undefined || !isMap(contents)) throw new Error(`the chart's README has no "${BEGIN}" … "${END}"`);
  const table = ['| value | default | what it is |', '| --- | --- | --- |', ...rowsOf(contents, '')];
  return `${before}${BEGIN}\n\n${table.join('\n')}\n\n${END}${after}`;
}

/** A row for each value, after one for what is said of them together. Throws for a value of which nothing is said. */
function rowsOf(map: YAMLMap, section: string): string[] {
  return map.items.flatMap((pair, at) => {
    const path = `${section}${pair.key}`;
    const comment = commentOf(pair, at === 0 ? map.commentBefore : undefined);
    const { value } = pair;
    if (isMap(value) && value.items.length > 0)
      return [...(comment === '' ? [] : [row(`**\`${path}\`**`, '', comment)]), ...rowsOf(value, `${path}.`)];
    if (comment === '') throw new Error(`values.yaml says nothing of ${path}: write a comment above it`);
    return row(`\`${path}\``, `\`${isScalar(value) ? JSON.stringify(value.value) : value}\``, comment);
  });
}

/** The comment above a value; that of the first one is kept with the map. */
function commentOf({ key }: Pair, ofMap: string | null | undefined): string {
  const own = isScalar(key) ? key.commentBefore : undefined;
  const lines = (ofMap ?? own ?? '').split('\n').map((line) => line.trim());
  return lines.join(' ').trim();
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
