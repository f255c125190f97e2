import { describe, expect, test } from '@jest/globals';
import type { Package } from '../../../../scripts/building/packages.ts';
import { type Bom, selectComponents } from '../../../../scripts/building/sbom.ts';

const component = (name: string, version = '1.0.0') => ({ 'bom-ref': `${name}@${version}`, name, version });
const bundled = (name: string, version = '1.0.0'): Package => ({
  ...{ name, version, path: `node_modules/${name}`, license: 'MIT', author: undefined, dependencies: [] },
});

const everything: Bom = {
  serialNumber: 'urn:uuid:0',
  metadata: { timestamp: 'now', lifecycles: [], component: { ...component('registry-index'), name: 'my-checkout' } },
  components: [component('a'), component('a', '2.0.0'), component('b'), component('only-for-tests')],
  dependencies: [
    { ref: 'registry-index@1.0.0', dependsOn: ['a@1.0.0', 'only-for-tests@1.0.0'] },
    { ref: 'a@1.0.0', dependsOn: ['b@1.0.0', 'only-for-tests@1.0.0'] },
    { ref: 'only-for-tests@1.0.0', dependsOn: [] },
  ],
};

describe('the bill of materials', () => {
  test('names what is in the program, in the version that is in it, and nothing else', () => {
    const bom = selectComponents(everything, [bundled('a'), bundled('b')]);
    expect(bom.components).toEqual([component('a'), component('b')]);
    expect(bom.dependencies).toEqual([
      { ref: 'registry-index@1.0.0', dependsOn: ['a@1.0.0'] },
      { ref: 'a@1.0.0', dependsOn: ['b@1.0.0'] },
    ]);
  });

  test('is the same for the same program: no moment, no random number, no name of a folder', () => {
    const bom = selectComponents(everything, [bundled('a')]);
    expect(bom.metadata.component.name).toBe('registry-index');
    expect(JSON.stringify(bom)).not.toMatch(/urn:uuid|now|my-checkout/);
  });

  test('is refused when a package of the program is not in the lock file, or in another version', () => {
    expect(() => selectComponents(everything, [bundled('a'), bundled('c'), bundled('b', '3.0.0')])).toThrow(
      'not in package-lock.json: c@1.0.0, b@3.0.0',
    );
  });
});
