/** Tests are TypeScript modules run as they stand; swc only removes the types. */
const common = {
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
  testEnvironment: 'node',
};

const part = (name, options = {}) => ({
  ...common,
  displayName: name,
  testMatch: [`<rootDir>/test/${name}/**/*.test.ts`],
  ...options,
});

export default {
  projects: [part('unit'), part('integration', { testTimeout: 60_000 }), part('e2e', { testTimeout: 300_000 })],
};
