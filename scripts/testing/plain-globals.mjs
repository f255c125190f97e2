/**
 * Jest's Node environment, with plain globals. Jest makes its global object a proxy, which only its clean-up needs and by
 * which each look at `Math` or `Map` takes 300 ns: more than most of what the tests compute.
 */
import vm from 'node:vm';
import { TestEnvironment } from 'jest-environment-node';

const { createContext } = vm;

export default class extends TestEnvironment {
  constructor(...args) {
    vm.createContext = () => createContext(vm.constants.DONT_CONTEXTIFY);
    try {
      super(...args);
    } finally {
      vm.createContext = createContext;
    }
  }
}
