import { describe, expect, test } from '@jest/globals';
import { changelogSection, firstSection, parseLog, withSection } from '../../../../scripts/release/changelog.ts';

const log = [
  'Search finds *more*\n\nsrc/search/a.ts\nsrc/search/b.ts\nsrc/api/c.ts',
  'Search finds *more*\n\nsrc/server/a.ts',
  'A test is quicker\n\ntest/unit/a.test.ts\npackage.json',
  'fixup\n\nsrc/search/a.ts',
  'A value of the chart\n\ncharts/registry-index/values.yaml\ndocs/install.md',
  'An empty commit',
]
  .map((entry) => `\0${entry}\n`)
  .join('');

describe('the section of a version', () => {
  const section = changelogSection('1.2.0', '2026-12-01', parseLog(log));

  test('has a line for each commit, by the area that it changes most, once', () => {
    expect(section).toBe(
      '## 1.2.0 (2026-12-01)\n\n### Chart\n\n- A value of the chart\n\n### Search\n\n- Search finds \\*more\\*\n',
    );
  });

  test('says so when nothing is seen from outside', () => {
    expect(changelogSection('1.2.1', '2026-12-02', parseLog('\0Tests\n\ntest/a.ts\n'))).toMatch(
      /No change that is seen from outside/,
    );
  });

  test('stands above the older ones, and replaces itself', () => {
    const first = withSection('', '0.1.0', firstSection('0.1.0', '2026-11-29'));
    const second = withSection(first, '1.2.0', section);
    expect(second.match(/^## .*/gm)).toEqual(['## 1.2.0 (2026-12-01)', '## 0.1.0 (2026-11-29)']);
    expect(withSection(second, '1.2.0', section)).toBe(second);
    expect(second.match(/^# Changelog$/gm)).toHaveLength(1);
  });
});
