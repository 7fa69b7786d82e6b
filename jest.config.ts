/** @jest-config-loader-options {"transpileOnly": true, "compilerOptions": {"module": "CommonJS", "moduleResolution": "Node10", "verbatimModuleSyntax": false, "ignoreDeprecations": "6.0"}} */
import type { Config } from 'jest';

const shared = {
  testEnvironment: 'node',
  modulePathIgnorePatterns: ['<rootDir>/.cache/'],
  transform: {
    '^.+\\.ts$': [
      'ts-jest',
      {
        diagnostics: false,
        tsconfig: {
          module: 'CommonJS',
          moduleResolution: 'Node10',
          ignoreDeprecations: '6.0',
          target: 'ES2022',
          esModuleInterop: true,
          isolatedModules: true,
        },
      },
    ],
  },
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^#runtime-http$': '<rootDir>/lib/client/platform-runtime-http.ts',
    '^rxmpp$': '<rootDir>/lib/index.ts',
    '^rxmpp/testing$': '<rootDir>/lib/testing.ts',
    '^rxmpp/testing/node$': '<rootDir>/lib/testing-node.ts',
    '^rxmpp/node$': '<rootDir>/lib/node.ts',
  },
} satisfies Config;

const rooms = ['examples', 'fuzz', 'wire', 'servers', 'browser', 'package', 'bench'];

const EVERYTHING = { statements: 100, branches: 100, functions: 100, lines: 100 };

const config: Config = {
  // No spec waits for real time; on a busy machine a property of a few hundred cases takes longer than jest's 5 s.
  testTimeout: 60_000,
  // Measured with --coverage only, as `npm test` does: the pure rooms leave nothing untested.
  collectCoverageFrom: ['lib/**/*.ts'],
  coverageThreshold: { global: {}, './lib/protocol/': EVERYTHING, './lib/operators/': EVERYTHING },
  projects: [
    {
      ...shared,
      displayName: 'unit',
      testMatch: ['<rootDir>/spec/**/*.spec.ts'],
      testPathIgnorePatterns: ['/node_modules/', ...rooms.map((room) => `<rootDir>/spec/${room}/`)],
    },
    // Everything that uses rxjs, on the oldest that an app may have.
    {
      ...shared,
      displayName: 'oldest',
      testMatch: ['operators', 'session', 'transport', 'client', 'strophe', 'testing', 'scenarios'].map(
        (room) => `<rootDir>/spec/${room}/*.spec.ts`,
      ),
      moduleNameMapper: {
        ...shared.moduleNameMapper,
        '^rxjs$': 'rxjs-oldest',
        '^rxjs/(.*)$': 'rxjs-oldest/$1',
      },
    },
    ...rooms.map((room) => ({
      ...shared,
      displayName: room,
      testMatch: [`<rootDir>/spec/${room}/**/*.spec.ts`],
      ...(room === 'package' && { globalSetup: '<rootDir>/spec/package/support/pack.ts' }),
    })),
  ],
};

export default config;
