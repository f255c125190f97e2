import { expect, test } from '@jest/globals';
import { settingsOf } from '../../../../src/api/settings.ts';
import { done } from '../../../../src/kube/outcome.ts';
import { degraded } from '../../../../src/operator/status/problems.ts';
import type { StepResult } from '../../../../src/operator/status/step-result.ts';
import { noPodSecrets, operatorDeps, services } from '../../../support/operator/operator-deps.ts';
import { registryIndex } from '../../../support/operator/resources.ts';

const complaining: StepResult = {
  conditions: [],
  degradation: { reason: 'MassDeletion', message: 'much is gone' },
  outcome: done,
};

function said(...results: StepResult[]) {
  const index = registryIndex();
  const signal = AbortSignal.any([]);
  const context = { index, settings: settingsOf(index.spec), services: services(), podSecrets: noPodSecrets, signal };
  return degraded({ ...context, deps: operatorDeps() }, results).conditions;
}

test('the first degradation gives the reason, and the message has all', () => {
  expect(said()).toMatchObject([{ status: 'False', reason: 'AsExpected' }]);
  expect(said(complaining)).toMatchObject([{ status: 'True', reason: 'MassDeletion', message: 'much is gone' }]);
  const other: StepResult = {
    ...complaining,
    degradation: { reason: 'HostNotAllowed', message: 'a host is not allowed' },
  };
  expect(said(complaining, other)).toMatchObject([
    { status: 'True', reason: 'MassDeletion', message: 'much is gone; a host is not allowed' },
  ]);
});
