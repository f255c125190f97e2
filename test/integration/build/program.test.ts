import { readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import bcrypt from 'bcryptjs';
import { runCommand } from '../../env/command.ts';
import { freePort } from '../../env/free-port.ts';
import { startProcess } from '../../env/process.ts';
import { type TempDirectory, tempDirectory } from '../../env/temp-directory.ts';
import { eventually } from '../../support/eventually.ts';

interface Component {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly hashes: readonly { readonly alg: string }[];
}

const require = createRequire(import.meta.url);

describe('npm run build', () => {
  let temp: TempDirectory;
  let built: string;
  let components: readonly Component[];
  let bundled: readonly string[];

  const read = (file: string) => readFile(join(built, file), 'utf8');

  beforeAll(async () => {
    // Far from any node_modules, as in the image.
    temp = await tempDirectory('program');
    built = join(temp.path, 'app');
    await runCommand(process.execPath, ['scripts/build.ts', built]);
    components = JSON.parse(await read('registry-index.cdx.json')).components;
    bundled = JSON.parse(await runCommand(process.execPath, ['test/support/build/print-packages.ts']));
  });

  afterAll(() => temp.remove());

  test('makes one program of few parts, query in one file, licences and a bill of materials, and no other file', async () => {
    const entries = await readdir(built, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => relative(built, join(entry.parentPath, entry.name)));
    const [parts, others] = [files.filter(isPart), files.filter((file) => !isPart(file))];
    expect(others.sort()).toEqual([
      'LICENSE',
      'THIRD_PARTY_LICENSES',
      'parts/assets/page.css',
      'parts/assets/page.js',
      'registry-index-query.mjs',
      'registry-index.cdx.json',
      'registry-index.mjs',
    ]);
    expect(parts.length).toBeLessThan(90);
  });

  test('lists the packages in the program, and no others, in the bill of materials', () => {
    expect(bundled).toEqual(expect.arrayContaining(['fastify', '@aws-sdk/client-s3']));
    expect([...new Set(components.map(({ name }) => name))].sort()).toEqual(bundled);
  });

  test('lists them in the installed version, with the hash of what was installed', () => {
    for (const { name, version, purl, hashes } of components) {
      expect(purl).toBe(`pkg:npm/${name.replace('@', '%40')}@${version}`);
      expect(hashes).toEqual([expect.objectContaining({ alg: 'SHA-512' })]);
    }
    const versions = components.filter(({ name }) => name === 'fastify').map(({ version }) => version);
    expect(versions).toEqual([require('fastify/package.json').version]);
  });

  test('writes a bill of materials that holds to the schema of CycloneDX', async () => {
    const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot5);
    expect(await validator.validate(await read('registry-index.cdx.json'))).toBeNull();
    expect(await validator.validate('{"bomFormat":"CycloneDX","specVersion":"1.5","parts":[]}')).not.toBeNull();
  });

  test('names no registry, folder or moment in the bill of materials', async () => {
    const bom = await read('registry-index.cdx.json');
    expect(bom.replace(/"\$schema".*/, '')).not.toMatch(/https?:|urn:uuid|"timestamp"/);
    expect(JSON.parse(bom).metadata.component).toMatchObject({ name: 'registry-index', type: 'application' });
  });

  test('passes on a licence for every package and for Node', async () => {
    const licenses = await read('THIRD_PARTY_LICENSES');
    const titles = new Set(licenses.split('\n'));
    expect(components.filter(({ name, version }) => !hasTitle(titles, `${name} ${version} (`))).toEqual([]);
    expect(titles).toContain(`Node.js ${process.version}`);
    expect(licenses).toContain('formdata-polyfill. MIT License.');
    expect(licenses).toMatch(/^Node\.js is licensed for use as follows:$/m);
  });

  test('compares passwords in the thread that stands beside the program', async () => {
    const [port, monitoringPort] = [await freePort(), await freePort()];
    const users = join(temp.path, 'htpasswd');
    await writeFile(users, `eve:${bcrypt.hashSync('secret', 4)}\n`);
    const url = `http://127.0.0.1:${port}/v1/status`;
    const args = ['run', '--sample', '--data', join(temp.path, 'users'), '--htpasswd-file', users];
    const program = await startProcess({
      name: 'program',
      command: process.execPath,
      args: [join(built, 'registry-index.mjs'), ...args, `--port=${port}`, `--monitoring-port=${monitoringPort}`],
      directory: temp.path,
      ready: async () => (await fetch(url)).status === 401,
    });
    try {
      const statusFor = async (password: string) => {
        const authorization = `Basic ${btoa(`eve:${password}`)}`;
        return (await fetch(url, { headers: { authorization } })).status;
      };
      await eventually(async () => expect(await statusFor('secret')).toBe(200));
      expect(await statusFor('wrong')).toBe(401);
    } finally {
      await program.stop();
    }
  });

  test('gives the operator more threads than names of tenants without an answer are likely to block', async () => {
    const monitoringPort = await freePort();
    const kubeconfig = join(temp.path, 'kubeconfig');
    const nobody = { name: 'nobody', cluster: { server: 'http://127.0.0.1:1' } };
    const context = { name: 'nobody', context: { cluster: 'nobody', user: '' } };
    const config = { clusters: [nobody], contexts: [context], users: [], 'current-context': 'nobody' };
    await writeFile(kubeconfig, JSON.stringify(config));
    const program = await startProcess({
      name: 'operator',
      command: process.execPath,
      args: [join(built, 'registry-index.mjs'), 'operator', '--image=none', `--monitoring-port=${monitoringPort}`],
      directory: temp.path,
      env: { KUBECONFIG: kubeconfig, UV_THREADPOOL_SIZE: undefined },
      ready: async () => (await fetch(`http://127.0.0.1:${monitoringPort}/healthz`)).ok,
    });
    try {
      expect((await readdir(`/proc/${program.pid}/task`)).length).toBeGreaterThan(128);
    } finally {
      await program.stop();
    }
  });

  test('makes a program that needs nothing but Node, its embedded DynamoDB included', async () => {
    const [port, monitoringPort] = [await freePort(), await freePort()];
    const url = `http://127.0.0.1:${port}/v1/search?q=payments`;
    const ports = [`--port=${port}`, `--monitoring-port=${monitoringPort}`];
    const program = await startProcess({
      name: 'program',
      command: process.execPath,
      args: [join(built, 'registry-index.mjs'), 'run', '--sample', `--data=${join(temp.path, 'data')}`, ...ports],
      directory: temp.path,
      ready: async () => (await fetch(url)).ok,
    });
    try {
      await eventually(async () => expect(await (await fetch(url)).json()).toMatchObject({ num_results: 5 }));
      const page = await fetch(new URL('/?q=payments', url), { headers: { accept: 'text/html' } });
      const html = await page.text();
      expect(html).toContain('href="/r/payments/api"');
      const [, style = ''] = /<link rel="stylesheet" href="([^"]+)"/.exec(html) ?? [];
      expect((await fetch(new URL(style, url))).headers.get('content-type')).toBe('text/css; charset=utf-8');
    } finally {
      await program.stop();
    }
  });
});

function isPart(file: string): boolean {
  return /^parts\/[\w-]+\.mjs$/.test(file);
}

function hasTitle(titles: ReadonlySet<string>, start: string): boolean {
  return [...titles].some((title) => title.startsWith(start));
}
