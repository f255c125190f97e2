import type { Distribution } from '../support/distribution.ts';
import type { Goal } from '../support/goals.ts';
import { markdownTable } from '../support/markdown.ts';
import type { FacetFigures } from './facets.ts';
import type { ServedFigures, ServedTo } from './served.ts';
import type { ChannelFigures, Compared } from './side-channels.ts';
import type { ViewsFigures } from './views-process.ts';

/** What a part of the benchmark found, as Markdown, and the goals that it has. */
export interface Measured {
  readonly section: string;
  readonly goals: readonly Goal[];
}

type Logins = 'password' | 'token';

/** What each is compared with: a token makes a request several times as long, which costs who does not read it too. */
const BESIDE: Readonly<Record<Logins, { readonly to: ServedTo; readonly name: string }>> = {
  password: { to: 'anonymous', name: 'without' },
  token: { to: 'anonymousLong', name: 'without, as long' },
};

export function callersSection(
  knownUs: Readonly<Record<Logins, number>>,
  served: Readonly<Record<ServedTo, ServedFigures>>,
): Measured {
  const { anonymous } = served;
  const share = ({ perSecond }: ServedFigures) => perSecond / anonymous.perSecond;
  const rows = Object.values(served).map((one) => [
    one.name,
    Math.round(one.perSecond).toLocaleString('en'),
    share(one).toFixed(2),
    one.cpuMicroseconds.toFixed(0),
    ...timesOf(one.paced),
  ]);
  const section = [
    '## Known callers',
    `From the headers of a request to what its caller may see: ${knownUs.password.toFixed(2)} µs of CPU with a password, ${knownUs.token.toFixed(2)} µs with a token of a thousand characters.`,
    'Over HTTP, repeated queries, 100 updates a second. By rules, those without a login and known callers see the same, and share answers. A token makes a request several times as long as it is without one, so it is compared with one that has another header of that length. Times are at half the rate that was reached by rules without a login, counted from when each request was due.',
    markdownTable(['', 'requests/s', 'of those without', 'CPU µs a request', 'p50, ms', 'p99, ms'], rows),
  ].join('\n\n');
  const goals = (['password', 'token'] as const).flatMap((login): Goal[] => [
    { name: `known caller by a ${login}, CPU`, figure: knownUs[login], unit: 'µs', wanted: { atMost: 5 } },
    {
      name: `requests/s by a ${login}, of those ${BESIDE[login].name}`,
      figure: served[login].perSecond / served[BESIDE[login].to].perSecond,
      wanted: { atLeast: 0.9 },
    },
  ]);
  return { section, goals };
}

export function viewsSection(small: ViewsFigures, large: ViewsFigures): Measured {
  const rows = [small, large].map(({ repositories, views, megabytesAHundred, first, again }) => [
    repositories.toLocaleString('en'),
    views.toLocaleString('en'),
    megabytesAHundred.toFixed(2),
    ...timesOf(first),
    ...timesOf(again),
  ]);
  const columns = ['repositories', 'views', 'MB a hundred', 'first query p50, ms', 'p99', 'next query p50, ms', 'p99'];
  return {
    section: ['## Different views', markdownTable(columns, rows)].join('\n\n'),
    goals: [
      {
        name: `memory of a hundred views at ${small.repositories.toLocaleString('en')}`,
        figure: small.megabytesAHundred,
        unit: 'MB',
        wanted: { atMost: 2 },
      },
      {
        name: `first query of a new view at ${large.repositories.toLocaleString('en')}, p99`,
        figure: large.first.p99Ms,
        unit: 'ms',
        wanted: { atMost: 20 },
      },
    ],
  };
}

export function facetsSection({ all, ofTexts }: FacetFigures): Measured {
  const rows = ofTexts.map(([text, times], at) => [
    text === '' ? 'everything' : text,
    at % 2 === 0 ? 'all' : 'all but one team',
    ...timesOf(times),
  ]);
  return {
    section: [
      '## Facets',
      'After a push each time, so that none are kept.',
      markdownTable(['query', 'caller sees', 'p50, ms', 'p99, ms'], rows),
    ].join('\n\n'),
    goals: [{ name: 'facets, p99', figure: all.p99Ms, unit: 'ms', wanted: { atMost: 5 } }],
  };
}

export function channelsSection(figures: readonly ChannelFigures[]): Measured {
  const rows = figures.map(({ what, asked, first, quickest }) => [
    what,
    asked,
    ...cellsOf(first),
    ...cellsOf(quickest),
  ]);
  const times = (which: string) => [`${which}: hidden, µs`, 'missing, µs', 'difference, µs'];
  return {
    section: [
      '## The hidden and the missing',
      'Two servers have half each of what is asked for, so that each hides what the other misses; both are asked in turns, three times. Medians of first answers, and of the quickest of three; the difference is the median of the differences of each thing.',
      markdownTable(['route', 'of each', ...times('first'), ...times('quickest')], rows),
    ].join('\n\n'),
    goals: figures.map(({ what, first, quickest }) => ({
      name: `hidden against missing: ${what}`,
      figure: Math.max(Math.abs(first.differenceUs), Math.abs(quickest.differenceUs)),
      unit: 'µs',
      wanted: { atMost: 20 },
    })),
  };
}

function cellsOf(compared: Compared): string[] {
  return [compared.hiddenUs, compared.missingUs, compared.differenceUs].map((us) => us.toFixed(1));
}

function timesOf({ p50Ms, p99Ms }: Distribution): string[] {
  return [p50Ms, p99Ms].map((ms) => ms.toFixed(2));
}
