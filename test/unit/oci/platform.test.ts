import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { normalPlatform, normalPlatformText } from '../../../src/oci/platform.ts';

describe('the normal form of a platform', () => {
  /** The cases of containerd's own test of Normalize, and names from elsewhere for the same. */
  test.each([
    ['linux/amd64', ['linux/x86_64', 'linux/x86-64', 'LINUX/AMD64', 'linux/amd64/v1', 'linux/x86_64/v1', 'linux/x64']],
    ['linux/amd64/v2', ['linux/x86_64/v2', 'linux/AMD64/V2']],
    ['linux/386', ['linux/i386', 'linux/i686', 'linux/x86', 'linux/i386/v7']],
    ['linux/arm64', ['linux/aarch64', 'linux/arm64/v8', 'linux/arm64/8', 'linux/aarch64/v8.0', 'linux/arm64v8']],
    ['linux/arm64/v9', ['linux/arm64/9', 'linux/arm64/9.0', 'linux/aarch64/v9.0']],
    ['linux/arm64/v8.2', ['linux/ARM64/V8.2']],
    ['linux/arm/v7', ['linux/arm', 'linux/armhf', 'linux/arm/7', 'linux/armv7l', 'linux/arm32v7', 'linux/armhf/v6']],
    ['linux/arm/v6', ['linux/armel', 'linux/arm/6', 'linux/armv6l', 'linux/armel/v7']],
    ['linux/arm/v5', ['linux/arm/5', 'linux/arm32v5']],
    ['linux/arm/v8', ['linux/arm/8']],
    ['linux/ppc64le', ['linux/ppc64el', 'linux/powerpc64le']],
    ['linux/mips64le', ['linux/mips64el']],
    ['linux/loong64', ['linux/loongarch64']],
    ['darwin/arm64', ['macos/aarch64', 'macOS/arm64']],
    ['linux/riscv64', ['Linux/riscv64']],
    ['linux/s390x', ['linux/S390X']],
    ['constructor/constructor/valueof', ['Constructor/constructor/valueOf']],
    ['plan9/what-ever', ['Plan9/What-Ever']],
  ])('%s is that of %j, and of itself', (normal, names) => {
    expect(names.map(normalPlatformText)).toEqual(names.map(() => normal));
    expect(normalPlatformText(normal)).toBe(normal);
  });

  test.each([
    [{ os: 'linux', architecture: 'amd64', variant: '' }, 'linux/amd64'],
    [{ os: 'linux', architecture: 'arm', variant: 'v7', 'os.version': '1' }, 'linux/arm/v7'],
    [{ os: 'linux', architecture: 'amd64', variant: 7 }, 'linux/amd64'],
    [{ os: 'unknown', architecture: 'unknown' }, undefined],
    [{ os: 'Unknown', architecture: 'amd64' }, undefined],
    [{ os: 'linux' }, undefined],
    [{ architecture: 'amd64' }, undefined],
    [{ os: 'li nux/x', architecture: 'amd64' }, undefined],
    [{ os: 'linux', architecture: 'x'.repeat(33) }, undefined],
    [{ os: 1, architecture: 2 }, undefined],
  ])('of %j is %s', (fields, normal) => {
    expect(normalPlatform(fields)).toBe(normal);
  });

  test('is its own, whatever it was made from', () => {
    const word = fc.oneof(
      fc.constantFrom('arm', 'arm64', 'armhf', 'x86_64', 'i386', '8', 'v8', 'macos', 'linux'),
      fc.string(),
    );
    fc.assert(
      fc.property(word, word, fc.option(word, { nil: undefined }), (os, architecture, variant) => {
        const normal = normalPlatform({ os, architecture, variant });
        if (normal !== undefined) expect(normalPlatformText(normal)).toBe(normal);
      }),
    );
  });

  test('of what is no platform is its text in lower case', () => {
    expect(['', 'Linux', 'a/b/c/d', '/', 'un known/AMD64'].map(normalPlatformText)).toEqual([
      '',
      'linux',
      'a/b/c/d',
      '/',
      'un known/amd64',
    ]);
  });
});
