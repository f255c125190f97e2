import { expect, test } from '@jest/globals';
import type { RegistryIndexSpec } from '../../../../src/api/generated.ts';
import { settingsOf } from '../../../../src/api/settings.ts';
import { done } from '../../../../src/kube/outcome.ts';
import { degraded, inactiveFields } from '../../../../src/operator/status/degraded.ts';
import type { StepResult } from '../../../../src/operator/status/step-result.ts';
import { noPodSecrets, operatorDeps, services } from '../../../support/operator/operator-deps.ts';
import { registryIndex } from '../../../support/operator/resources.ts';

const ingress: Partial<RegistryIndexSpec> = { search: { ingress: { host: 'registry.example.com' } } };
const complaining: StepResult = {
  conditions: [],
  degradation: { reason: 'MassDeletion', message: 'much is gone' },
  outcome: done,
};

function said(spec: Partial<RegistryIndexSpec>, ...results: StepResult[]) {
  const index = registryIndex({ spec });
  const signal = AbortSignal.any([]);
  const context = { index, settings: settingsOf(index.spec), services: services(), podSecrets: noPodSecrets, signal };
  return degraded({ ...context, deps: operatorDeps() }, results).conditions;
}

test('fields that nothing acts on yet are named', () => {
  const { spec } = registryIndex({ spec: { ...ingress, registry: { url: 'https://registry.acme.example' } } });
  expect(inactiveFields(spec)).toEqual(['search.ingress']);
  expect(inactiveFields(registryIndex().spec)).toEqual([]);
});

test('the first degradation gives the reason, and the message has all', () => {
  expect(said({})).toMatchObject([{ status: 'False', reason: 'AsExpected' }]);
  expect(said(ingress)).toMatchObject([{ status: 'True', reason: 'NotSupportedYet' }]);
  expect(said(ingress, complaining)).toMatchObject([
    { status: 'True', reason: 'MassDeletion', message: expect.stringMatching(/^much is gone; .*search.ingress/) },
  ]);
});
