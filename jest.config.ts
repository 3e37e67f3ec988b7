/** @jest-config-loader esbuild-register */
import type { Config } from 'jest';

const config: Config = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  transform: { '\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
  moduleNameMapper: {
    '^passport-marketing-cloud$': '<rootDir>/src/index.ts',
    '^passport-marketing-cloud/(emulator|testing)$': '<rootDir>/src/$1/index.ts',
    '^passport-marketing-cloud/browser$': '<rootDir>/src/browser/browser.mjs',
    '^passport-marketing-cloud/(redis|postgres|sfmc-sdk)$': '<rootDir>/src/$1.ts',
  },
  collectCoverageFrom: ['src/**/*.ts'],
  testTimeout: 20_000,
  // Jest leaves a core unused by default.
  maxWorkers: '100%',
};

export default config;
