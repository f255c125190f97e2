import { expect, test } from '@jest/globals';
import { SETTINGS_VARIABLE, settingsOf } from '../../../src/api/settings.ts';
import { settingsFromOperator } from '../../../src/config/settings-variable.ts';

const settings = settingsOf({ database: 'd-r', region: 'eu-west-1', bucket: 'b' });
const given = (value: string) => settingsFromOperator({ [SETTINGS_VARIABLE]: value });

test('the settings of the operator arrive', () => {
  const { source, index } = settings;
  expect(given(JSON.stringify(settings))).toMatchObject({
    index: { repositoryTable: index.repositoryTable },
    source: { kind: source.kind },
  });
});

test('search gets no source', () => {
  expect(given(JSON.stringify({ index: settings.index }))).toMatchObject({ source: undefined });
});

test('a process that no operator started has no settings', () => {
  expect(settingsFromOperator({})).toBeUndefined();
});

test.each([
  ['no JSON', '{', 'REGISTRY_INDEX_SETTINGS is not JSON'],
  ['something else', '{"index":{}}', 'REGISTRY_INDEX_SETTINGS names no tables'],
  ['nothing', 'null', 'REGISTRY_INDEX_SETTINGS names no tables'],
])('%s is told', (_what, value, sentence) => {
  expect(() => given(value)).toThrow(sentence);
});
