/** Whether what a client accepts says HTML, and not rather JSON. Programs that take anything get JSON. */
export function wantsHtml(accept: string | undefined): boolean {
  const ranges = rangesOf(accept);
  const html = ranges.find(({ type }) => type === 'text/html')?.quality ?? 0;
  const json = ranges.find(({ type }) => type === 'application/json')?.quality ?? 0;
  return html > 0 && html >= json;
}

/** Whether only the results are asked for, by the script: `text/html; fragment=results`. */
export function wantsResults(accept: string | undefined): boolean {
  return rangesOf(accept).some(({ type, fragment }) => type === 'text/html' && fragment === 'results');
}

export interface Range {
  /** In lower case. */
  readonly type: string;
  readonly quality: number;
  readonly fragment: string | undefined;
}

/** The ranges of a header such as `text/html;q=0.9, de;q=0.1`, in the order in which they stand there. */
export function rangesOf(header = ''): Range[] {
  return header.split(',').flatMap((part) => {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const parameterOf = (name: string) => parameters.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
    const quality = Number(parameterOf('q') ?? 1);
    return type === '' || Number.isNaN(quality) ? [] : [{ type, quality, fragment: parameterOf('fragment') }];
  });
}
