import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const inCi = Boolean(process.env['CI']);

export default defineConfig({
  test: {
    // The matrices of faults and crashes take minutes: npm run test:matrices, a phase of its own in CI.
    include: [process.env['MATRICES'] ? 'test/**/*.matrix.ts' : 'test/**/*.test.ts'],
    // The topology starts five processes, PostgreSQL among them: npm run test:topology, a phase of its own in CI.
    exclude: ['**/node_modules/**', ...(process.env['TOPOLOGY'] ? [] : ['test/topology/topology.test.ts'])],
    globalSetup: 'test/support/global.ts',
    // Forks, because better-sqlite3 is native; each serves many files, because loading the hub anew for every file took a fifth of
    // the suite's time. So a file leaves nothing behind in its modules: every hub has its own folder, ports and clock.
    pool: 'forks',
    isolate: false,
    // The machines at hand have two cores, and a whole-system test keeps a hub and its ministries busy in its own process; a third
    // one uses what the others leave while they wait for a deadline or a pause.
    maxWorkers: 3,
    testTimeout: 30_000, // 30 seconds: a whole bundle over real HTTP takes a few; more means that something waits for an event that never comes
    hookTimeout: 30_000, // 30 seconds: hooks start hubs
    teardownTimeout: 10_000, // 10 seconds: a hub that does not close is a fault worth seeing
    expect: { poll: { timeout: 20_000 } }, // 20 seconds: what is waited for comes within milliseconds, but other tests have the cores, too
    slowTestThreshold: 2_000, // 2 seconds: the report names tests slower than this
    reporters: inCi ? ['default', ['junit', { outputFile: `coverage/${process.env['REPORT'] ?? 'junit'}.xml` }], 'github-actions'] : ['default'],
    allowOnly: !inCi,
    // graphql's package.json has no "exports": Vite takes its index.mjs while Node takes index.js for the libraries that it
    // loads by itself, and two copies refuse each other's schemas ("another module or realm"). Inlining /graphql/ is not
    // enough, because @pothos/core stays outside; so our own import is sent to the file that Node gives everybody else.
    alias: [{ find: /^graphql$/, replacement: fileURLToPath(import.meta.resolve('graphql')) }],
  },
});
