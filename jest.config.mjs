import { TSX } from './scripts/tsx.mjs';

const swc = (jsc) => ['@swc/jest', { jsc, module: { type: 'es6' } }];

/** Tests are TypeScript modules run as they stand; swc only removes the types, and compiles the JSX of the page. */
const common = {
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.ts$': swc({ parser: { syntax: 'typescript' }, target: 'es2024' }),
    '^.+\\.tsx$': swc(TSX),
  },
  setupFiles: ['<rootDir>/test/support/fixed-seed.ts'],
  testEnvironment: 'node',
};

const part = (name, options = {}) => ({
  ...common,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  ...options,
});

export default {
  // Only for what hangs: whatever a test waits for has a limit of its own, which tells what it was.
  testTimeout: 15 * 60_000,
  // What is concurrent does nothing but wait.
  maxConcurrency: 20,
  projects: [
    part('unit', { testEnvironment: '<rootDir>/scripts/testing/plain-globals.mjs' }),
    part('integration'),
    part('e2e'),
  ],
};
