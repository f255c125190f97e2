import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runCommand } from './command.ts';
import { alone } from './held-name.ts';

interface Part {
  /** Commands looked for on the path, or files when written with a leading slash. */
  readonly needs: readonly string[];
  /** Debian packages that bring them; none where Debian's are too old. */
  readonly packages: readonly string[];
  readonly elsewhere: string;
}

const parts = {
  buildah: { needs: ['buildah'], packages: ['buildah'], elsewhere: 'install buildah' },
  chromium: {
    needs: ['chromium', '/usr/share/fonts/opentype/inter', '/usr/share/fonts/truetype/jetbrains-mono'],
    packages: ['chromium', 'fonts-inter', 'fonts-jetbrains-mono'],
    elsewhere: 'install Chromium as chromium on the path, and the fonts Inter and JetBrains Mono',
  },
  cni: {
    needs: ['/usr/lib/cni/bridge'],
    packages: ['containernetworking-plugins'],
    elsewhere: 'install the CNI plugins in /usr/lib/cni',
  },
  containerd: { needs: ['containerd', 'ctr'], packages: ['containerd'], elsewhere: 'install containerd' },
  compiler: {
    needs: ['gcc', '/usr/include/lzma.h'],
    packages: ['gcc', 'libc6-dev', 'libffi-dev', 'liblzma-dev', 'make'],
    elsewhere: 'install a C compiler, and the headers of liblzma in /usr/include',
  },
  docker: { needs: ['docker', 'dockerd'], packages: ['docker.io'], elsewhere: "install Docker's engine and client" },
  etcd: { needs: ['etcd'], packages: ['etcd-server'], elsewhere: 'install etcd' },
  go: {
    needs: ['go'],
    packages: [],
    elsewhere: 'install Go 1.21 or newer (https://go.dev/dl), which fetches the version it needs',
  },
  java: {
    needs: ['java', 'mvn'],
    packages: ['openjdk-17-jre-headless', 'maven'],
    elsewhere: 'install Java 17 and Maven',
  },
  network: {
    needs: ['ip', 'iptables', 'nft', 'conntrack'],
    packages: ['iproute2', 'iptables', 'nftables', 'conntrack'],
    elsewhere: 'install iproute2, iptables, nftables and conntrack',
  },
  openssl: { needs: ['openssl'], packages: ['openssl'], elsewhere: 'install openssl' },
  pip: { needs: ['pip3'], packages: ['python3-pip'], elsewhere: 'install pip for Python 3' },
  podman: { needs: ['podman'], packages: ['podman'], elsewhere: 'install podman' },
  prometheus: {
    needs: ['prometheus', 'promtool'],
    packages: ['prometheus'],
    elsewhere: 'install Prometheus with promtool',
  },
  python3: { needs: ['python3'], packages: ['python3'], elsewhere: 'install Python 3' },
  runc: { needs: ['runc'], packages: ['runc'], elsewhere: 'install runc' },
  bash: { needs: ['bash'], packages: ['bash'], elsewhere: 'install bash' },
  fish: { needs: ['fish'], packages: ['fish'], elsewhere: 'install fish' },
  zsh: { needs: ['zsh'], packages: ['zsh'], elsewhere: 'install zsh' },
  script: { needs: ['script'], packages: ['bsdutils'], elsewhere: 'install script of util-linux' },
  skopeo: { needs: ['skopeo'], packages: ['skopeo'], elsewhere: 'install skopeo' },
  tinyproxy: { needs: ['tinyproxy'], packages: ['tinyproxy'], elsewhere: 'install tinyproxy' },
  wrk: { needs: ['wrk'], packages: ['wrk'], elsewhere: 'install wrk' },
  busybox: { needs: ['/bin/busybox'], packages: ['busybox-static'], elsewhere: 'put a static busybox at /bin/busybox' },
} satisfies Record<string, Part>;

export type PartName = keyof typeof parts;

/**
 * Sees to it that what these parts want is on the machine. On Debian as root the missing packages are printed and
 * installed; anywhere else it throws an error that names what is missing and how to get it.
 */
export async function requireParts(...names: readonly PartName[]): Promise<void> {
  const missing = names.map((name): Part => parts[name]).filter((part) => !part.needs.every(isThere));
  if (missing.length === 0) return;
  const packages = missing.flatMap((part) => part.packages);
  if (isDebian() && process.getuid?.() === 0 && packages.length > 0)
    await alone('debian-packages', () => install(packages));
  const stillMissing = missing.filter((part) => !part.needs.every(isThere));
  if (stillMissing.length > 0) throw new Error(sentence(stillMissing));
}

function sentence(missing: readonly Part[]): string {
  const needs = missing.flatMap((part) => part.needs.filter((need) => !isThere(need)));
  const packages = missing.flatMap((part) => part.packages);
  const elsewhere = missing.map((part) => part.elsewhere).join(', ');
  const how = isDebian() && packages.length > 0 ? `run "apt-get install ${packages.join(' ')}" as root` : elsewhere;
  return `This needs ${needs.join(', ')}, which ${needs.length === 1 ? 'is' : 'are'} not on this machine: ${how}.`;
}

async function install(packages: readonly string[]): Promise<void> {
  process.stderr.write(`installing Debian packages: ${packages.join(' ')}\n`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const options = ['-o', 'DPkg::Lock::Timeout=300', '-y', '--no-install-recommends'];
  await runCommand('apt-get', ['update'], { env, timeoutMs: 300_000 });
  await runCommand('apt-get', ['install', ...options, ...packages], { env, timeoutMs: 900_000 });
}

function isThere(need: string): boolean {
  if (need.startsWith('/')) return existsSync(need);
  const places = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'];
  return places.some((place) => existsSync(join(place, need)));
}

function isDebian(): boolean {
  return existsSync('/etc/debian_version');
}
