import { expect, test } from '@jest/globals';
import { render, type Values } from '../../support/chart/render.ts';

const repository = 'registry.example.com/registry-index';

/** What is wrong, and the sentence that says what to write. */
const mistakes: readonly (readonly [Values, string])[] = [
  [
    { image: { repository: 'https://registry.example.com/ri' } },
    'image.repository is "https://registry.example.com/ri": write a name',
  ],
  [{ image: { repository: `${repository}:1.2` } }, 'the part after the colon belongs into image.tag'],
  [{ image: { repository, registry: 'mirror/' } }, 'image.registry is "mirror/": write a name'],
  [{ image: { repository, tag: 'sha256:0a' } }, 'a digest belongs into image.digest'],
  [
    { image: { repository, digest: 'sha256:0A' } },
    'image.digest is "sha256:0A": write sha256: and 64 hexadecimal digits',
  ],
  [{ allowedEndpoints: ['minio.storage:9000'] }, 'allowedEndpoints has "minio.storage:9000": write a URL'],
  [{ allowedEndpoints: ['http://user@minio'] }, 'allowedEndpoints has "http://user@minio": write a URL'],
  [{ limits: { podMemory: '64 GB' } }, 'limits.podMemory is "64 GB": write an amount of Kubernetes'],
  [{ limits: { podCpu: '' } }, 'limits.podCpu is "": write an amount of Kubernetes'],
  [{ metrics: { podMonitor: { interval: '30' } } }, 'metrics.podMonitor.interval is "30": write a time'],
  [{ metrics: { prometheusRule: { runbookUrl: 'wiki' } } }, 'metrics.prometheusRule.runbookUrl is "wiki": write a URL'],
  [
    { metrics: { prometheusRule: { disabled: ['NotReady'] } } },
    'disabled has "NotReady", which is no alert; they are RegistryIndexNotReady, ',
  ],
  [{ image: {} }, 'image.repository is empty: build the image'],
  [{ replica: 3 }, "additional properties 'replica' not allowed"],
  [{ metrics: { podMonitor: { enable: true } } }, "additional properties 'enable' not allowed"],
  [{ replicas: 'two' }, "at '/replicas': got string, want integer"],
  [{ replicas: -1 }, "at '/replicas': minimum: got -1, want 0"],
  [{ ambientCredentials: 'none' }, "value must be one of 'ReleaseNamespace', 'All', 'None'"],
  [{ commonLabels: { team: 'a b' } }, "at '/commonLabels/team'"],
  [{ metrics: { service: { port: 0 } } }, "at '/metrics/service/port': minimum: got 0, want 1"],
  [{ networkPolicy: { enabled: true, apiServerPorts: [] } }, "at '/networkPolicy/apiServerPorts': minItems"],
];

test.each(mistakes)('%j is refused', async (values, sentence) => {
  await expect(render({ wrong: values })).rejects.toThrow(sentence);
});

test('several mistakes are told at once', async () => {
  const wrong = { image: { repository, tag: '-', digest: 'md5' }, allowedEndpoints: ['x'] };
  await expect(render({ wrong })).rejects.toThrow(/image\.tag is .*\n.*image\.digest is .*\n.*allowedEndpoints has /);
});
