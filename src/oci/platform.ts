/** A platform as JSON of an image or an index says it; other fields do no harm. */
export interface PlatformFields {
  readonly os?: unknown;
  readonly architecture?: unknown;
  readonly variant?: unknown;
}

const PART = /^[a-z0-9][a-z0-9._-]{0,31}$/;

const SYSTEMS: ReadonlyMap<string, string> = new Map([['macos', 'darwin']]);

/**
 * What containerd's normal form calls architectures that the kernel, Debian, RPM or Docker's own namespaces call
 * something else; a variant that a name implies follows its slash.
 */
const ARCHITECTURES: ReadonlyMap<string, string> = new Map([
  ['x86_64', 'amd64'],
  ['x86-64', 'amd64'],
  ['x64', 'amd64'],
  ['i386', '386'],
  ['i486', '386'],
  ['i586', '386'],
  ['i686', '386'],
  ['x86', '386'],
  ['aarch64', 'arm64'],
  ['arm64v8', 'arm64'],
  ['armv8', 'arm64'],
  ['armhf', 'arm/v7'],
  ['armv7', 'arm/v7'],
  ['armv7l', 'arm/v7'],
  ['armv7hl', 'arm/v7'],
  ['arm32v7', 'arm/v7'],
  ['armel', 'arm/v6'],
  ['armv6', 'arm/v6'],
  ['armv6l', 'arm/v6'],
  ['armv6hl', 'arm/v6'],
  ['arm32v6', 'arm/v6'],
  ['armv5', 'arm/v5'],
  ['armv5l', 'arm/v5'],
  ['arm32v5', 'arm/v5'],
  ['ppc64el', 'ppc64le'],
  ['powerpc64le', 'ppc64le'],
  ['mipsel', 'mipsle'],
  ['mips64el', 'mips64le'],
  ['loongarch64', 'loong64'],
]);

/** Variants that an architecture without one stands for, and other spellings of those that it does not. */
const VARIANTS: ReadonlyMap<string, Readonly<Record<string, readonly string[]>>> = new Map([
  ['amd64', { '': ['1', 'v1'] }],
  ['arm64', { '': ['8', 'v8', '8.0', 'v8.0'], v9: ['9', '9.0', 'v9.0'] }],
  ['arm', { v5: ['5'], v6: ['6'], v7: ['7'], v8: ['8'] }],
]);

/**
 * The normal form of a platform, `os/architecture` or `os/architecture/variant`, after containerd's `Normalize`;
 * undefined where one of the two is missing, or `unknown` as with attestations.
 */
export function normalPlatform({ os, architecture, variant }: PlatformFields): string | undefined {
  const system = partOf(os);
  const name = partOf(architecture);
  if (system === undefined || name === undefined) return undefined;
  const full = normalArchitecture(name, partOf(variant));
  return `${normalSystem(system)}/${full === 'arm' ? 'arm/v7' : full}`;
}

/**
 * The normal form of what is written as one text, such as `linux/x86_64`; what is no platform stays as it is, in lower
 * case.
 */
export function normalPlatformText(text: string): string {
  const [os, architecture, variant, ...rest] = text.split('/');
  const normal = rest.length === 0 ? normalPlatform({ os, architecture, variant }) : undefined;
  return normal ?? text.toLowerCase();
}

/** Operating systems that Go knows, and so containerd. */
const GO_SYSTEMS: ReadonlySet<string> = new Set(
  'aix android darwin dragonfly freebsd hurd illumos ios js linux netbsd openbsd plan9 solaris wasi wasip1 windows zos'.split(
    ' ',
  ),
);

/** Whether a word, in lower case, is an operating system rather than an architecture. */
export function isSystem(word: string): boolean {
  return GO_SYSTEMS.has(normalSystem(word));
}

/** `system` in lower case. */
export function normalSystem(system: string): string {
  return SYSTEMS.get(system) ?? system;
}

/** Both in lower case. `arm` alone stays so: who asks for it means every variant. */
export function normalArchitecture(architecture: string, variant?: string): string {
  const [name = architecture, implied] = (ARCHITECTURES.get(architecture) ?? architecture).split('/');
  if (name === '386') return name;
  const normal = normalVariant(name, implied ?? variant ?? '');
  return normal === '' ? name : `${name}/${normal}`;
}

function normalVariant(architecture: string, variant: string): string {
  const spellings = Object.entries(VARIANTS.get(architecture) ?? {});
  return spellings.find(([, all]) => all.includes(variant))?.[0] ?? variant;
}

function partOf(value: unknown): string | undefined {
  const part = typeof value === 'string' ? value.toLowerCase() : '';
  return part !== 'unknown' && PART.test(part) ? part : undefined;
}
