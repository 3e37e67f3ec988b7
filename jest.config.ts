/** @jest-config-loader esbuild-register */
import { join } from 'node:path';
import type { Config } from 'jest';

// Tests keep the certificate for 127.0.0.1 here, and not among the user's files.
process.env['XDG_DATA_HOME'] = process.env['LOCALAPPDATA'] = join(__dirname, 'node_modules/.cache');

const config: Config = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  transform: { '\\.ts$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } }] },
  moduleNameMapper: {
    '^passport-marketing-cloud$': '<rootDir>/src/index.ts',
    '^passport-marketing-cloud/(emulator|testing)$': '<rootDir>/src/$1/index.ts',
    '^passport-marketing-cloud/browser$': '<rootDir>/src/browser/browser.mjs',
    '^passport-marketing-cloud/(redis|postgres|sfmc-sdk|opentelemetry)$': '<rootDir>/src/$1.ts',
  },
  collectCoverageFrom: ['src/**/*.ts'],
  setupFiles: ['<rootDir>/test/support/quiet-warnings.ts'],
  testTimeout: 20_000,
  reporters: ['default', '<rootDir>/test/support/progress-reporter.mjs'],
  // Jest leaves a core unused by default.
  maxWorkers: '100%',
};

export default config;
