import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { SearchPage, Visibility } from '../../../../src/search/api.ts';
import { parseQuery } from '../../../../src/search/query/parse.ts';
import { fitOf } from '../../../support/search/search-oracle.ts';
import { ALL, atOnce, createPromptEngine, namesOf, textQuery } from '../../../support/search/search-queries.ts';
import { searchRecord } from '../../../support/search/search-records.ts';

const SUMMARIES: Readonly<Record<string, string>> = {
  'payments/payment-api': '',
  'payments/payment.api-docs': '',
  'payments/refund_service': '',
  'platform/api-gateway': '',
  'platform/feature-flags': '',
  'platform/notification-service': '',
  'platform/pg-backup': '',
  'platform/gp/url': 'A jpg and gif resizer',
  'mobile/push': 'Sends notifications to phones',
  'identity/user-service': '',
  'policies/admission': '',
  'catalog/product_importer': '',
  'ops/cert-manager': '',
  'ops/alertmanager': '',
  'ops/grafana': '',
  'base/nginx': '',
  'base/node': '',
  'base/node-js': '',
  'base/golang': '',
  'data/elasticsearch': '',
  'data/mongodb': '',
  'data/postgresql': '',
  'ops/k8s-dashboard': '',
  'web/strassenkarte': 'Alle Straßen, nach Größen',
  'digital/backend-for-frontend': '',
  'ops/kubernetes': '',
  'ops/worker': '',
  'ops/broker': '',
  'ops/broker-2': '',
  'web/cafes': 'An open source guide',
  'web/wallpapers': 'Bilder vom Einödhof',
  'web/prometheus-ui': '',
  'edge/rate-limiter': '',
  'ops/log-agent': '',
  'jobs/scheduling': '',
};

function createEngine(hidden: readonly string[] = [], missing: readonly string[] = []) {
  const engine = createPromptEngine();
  for (const [name, summary] of Object.entries(SUMMARIES)) {
    if (missing.includes(name)) continue;
    engine.upsert(searchRecord(name, { summary, isPrivate: hidden.includes(name) }));
  }
  return (text: string, visibility: Visibility = ALL): SearchPage =>
    atOnce(engine.search(textQuery('', { query: parseQuery(text, 0), visibility })));
}

const search = createEngine();

/** What is typed, all that is found, and what that is told as. */
const CASES: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['payment_api', ['payments/payment-api', 'payments/payment.api-docs'], ['separators']],
  ['payment.api', ['payments/payment.api-docs'], []],
  ['payment/api', ['payments/payment-api', 'payments/payment.api-docs'], ['separators']],
  ['paymentapi', ['payments/payment-api', 'payments/payment.api-docs'], ['separators']],
  ['PAYMENT_API', ['payments/payment-api', 'payments/payment.api-docs'], ['separators']],
  ['apigateway', ['platform/api-gateway'], ['separators']],
  ['apigate', ['platform/api-gateway'], ['separators']],
  ['refund-service', ['payments/refund_service'], ['separators']],
  ['product-importer', ['catalog/product_importer'], ['separators']],
  ['productimporter', ['catalog/product_importer'], ['separators']],
  ['featureflags', ['platform/feature-flags'], ['separators']],
  ['nodejs', ['base/node-js'], ['separators']],
  ['opensource', ['web/cafes'], ['separators']],
  ['platform-api-gateway', ['platform/api-gateway'], ['separators']],
  ['certmanager', ['ops/cert-manager'], ['separators']],
  ['cert_manager', ['ops/cert-manager'], ['separators']],
  ['certmanger', ['ops/cert-manager'], ['typo']],
  ['apigatway', ['platform/api-gateway'], ['typo']],
  ['alertmanger', ['ops/alertmanager'], ['typo']],
  ['ngnix', ['base/nginx'], ['typo']],
  ['promtheus', ['web/prometheus-ui'], ['typo']],
  ['elasticsaerch', ['data/elasticsearch'], ['typo']],
  ['refnud-service', ['payments/refund_service'], ['typo']],
  ['paymnets/payment-api', ['payments/payment-api'], ['typo']],
  ['paymnets api', ['payments/payment-api', 'payments/payment.api-docs'], ['typo']],
  ['grafna zzzzz', ['ops/grafana'], ['typo', 'word']],
  ['kubernetes dashboard', ['ops/k8s-dashboard'], ['abbreviation']],
  ['kubernetes-dashboard', ['ops/k8s-dashboard'], ['abbreviation']],
  ['bff', ['digital/backend-for-frontend'], ['abbreviation']],
  ['kubernets', ['ops/kubernetes'], ['typo']],
  ['wroker', ['ops/worker'], ['typo']],
  ['mongo', ['data/mongodb'], []],
  ['go', ['base/golang'], []],
  ['pg', ['platform/pg-backup'], []],
  ['es', ['data/elasticsearch'], ['abbreviation']],
  ['js', ['base/node-js'], []],
  ['users', ['identity/user-service'], ['inflection']],
  ['notifications', ['mobile/push', 'platform/notification-service'], ['inflection']],
  ['policy', ['policies/admission'], ['inflection']],
  ['users-service', ['identity/user-service'], ['inflection']],
  ['logging', ['ops/log-agent'], ['inflection']],
  ['log agents', ['ops/log-agent'], ['inflection']],
  ['limiting', ['edge/rate-limiter'], ['inflection']],
  ['rate-limiting', ['edge/rate-limiter'], ['inflection']],
  ['scheduler', ['jobs/scheduling'], ['inflection']],
  ['schedule', ['jobs/scheduling'], ['inflection']],
  ['groessen', ['web/strassenkarte'], ['marks']],
  ['noed', ['base/node', 'base/node-js'], ['typo']],
  ['straßen', ['web/strassenkarte'], []],
  ['cafés', ['web/cafes'], []],
  ['qqqqq', [], []],
];

describe('a word that nothing has', () => {
  test.each(CASES)('%s', (text, names, kinds) => {
    const page = search(text);
    expect(namesOf(page).slice(0, names.length).sort()).toEqual([...names].sort());
    // Short ones are inside of other words as well, and what has them there comes later.
    if (text.length > 2) expect(page.total).toBe(names.length);
    // What has a slash may have been meant as a reference, which is said as well.
    expect(page.relaxed.map(({ kind }) => kind).filter((kind) => kind !== 'reference')).toEqual(kinds);
  });

  test('is told with what it was taken for', () => {
    expect(search('apigateway').relaxed).toEqual([{ kind: 'separators', typed: 'apigateway', meant: 'api-gateway' }]);
    expect(search('ngnix').relaxed).toEqual([{ kind: 'typo', typed: 'ngnix', meant: 'nginx' }]);
    expect(search('k8s-dashbord').relaxed).toEqual([{ kind: 'typo', typed: 'k8s-dashbord', meant: 'k8s-dashboard' }]);
  });

  test('is left as it is beside words that are known', () => {
    expect(search('apigateway platform')).toMatchObject({ total: 1, relaxed: [{ typed: 'apigateway' }] });
  });

  test('is never taken for what only the hidden have', () => {
    const hidden = [
      'ops/cert-manager',
      'base/nginx',
      'platform/api-gateway',
      'data/elasticsearch',
      'identity/user-service',
    ];
    const searchHiding = createEngine(hidden);
    const open: Visibility = [{ names: undefined, showPrivate: false }];
    const searchWithout = createEngine([], hidden);
    for (const [text] of CASES) expect({ text, ...searchHiding(text, open) }).toEqual({ text, ...searchWithout(text) });
  });
});

describe('in a large index, a word is found with other separators', () => {
  const engine = createPromptEngine();
  const names = Array.from({ length: 40_000 }, (_, at) => `team-${at % 100}/image-${at}`);
  for (const name of [...names, 'late/pay-roll']) engine.upsert(searchRecord(name));
  const find = (text: string) => atOnce(engine.search(textQuery(text, { query: parseQuery(text, 0) })));

  test('that is rare, wherever it stands', () => {
    expect(find('payroll')).toMatchObject({ total: 1, relaxed: [{ kind: 'separators', meant: 'pay-roll' }] });
    expect(find('image39999')).toMatchObject({ total: 1, relaxed: [{ meant: 'image-39999' }] });
    expect(find('image_7')).toMatchObject({ relaxed: [{ meant: 'image-7' }] });
  });

  test('that is common, in all of it', () => {
    expect(find('team_7')).toMatchObject({ total: 4_400, relaxed: [{ meant: 'team-7' }] });
  });
});

describe('whatever is typed', () => {
  const name = fc
    .array(fc.constantFrom('pay', 'ment', 'api', 'a', 'gate', 'way', '-', '_', '.', '/', '--'), {
      minLength: 1,
      maxLength: 6,
    })
    .map((parts) =>
      parts
        .join('')
        .replace(/^[-_./]+|[-_./]+$/g, '')
        .replace(/[-_./]*\/[-_./]*/g, '/'),
    )
    .filter((text) => text !== '');

  test('an answer by other separators holds the same letters in a row, and each name that does is in it', () => {
    const letters = (text: string) => text.replace(/[-_./]/g, '');
    const hasRun = (one: string, typed: string) =>
      [...one].some((_, at) => {
        const rest = one.slice(at);
        const ends = [...rest].map((_letter, end) => rest.slice(0, end + 1)).filter((part) => letters(part) === typed);
        const isMeant = (part: string) =>
          !/[-_./]/.test(part) || /[a-z]{3}$/.test(part) || !/^[a-z]/.test(rest.slice(part.length));
        return /[a-z]/.test(rest.charAt(0)) && !/[a-z]/.test(one.charAt(at - 1)) && ends.slice(0, 1).some(isMeant);
      });
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 8 }), name, (names, typed) => {
        const engine = createPromptEngine();
        for (const one of names) engine.upsert(searchRecord(one, {}));
        const page = atOnce(engine.search(textQuery(typed)));
        const how = page.relaxed.find(({ kind }) => kind === 'separators');
        if (how?.kind !== 'separators') return;
        const wanted = names.filter((one) => hasRun(one, letters(typed)) || one.includes(how.meant));
        expect(namesOf(page).sort()).toEqual(wanted.sort());
      }),
      { numRuns: 2_000 },
    );
  });

  test('what is there literally is the answer', () => {
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 8 }), name, (names, typed) => {
        const engine = createPromptEngine();
        const records = names.map((one) => searchRecord(one, {}));
        for (const record of records) engine.upsert(record);
        const literal = records.filter((record) => fitOf(record, typed) !== undefined).map((record) => record.name);
        const page = atOnce(engine.search(textQuery(typed)));
        if (literal.length > 0) expect(namesOf(page)).toEqual(expect.arrayContaining(literal));
        if (literal.length > 0) expect(page.corrected).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});
