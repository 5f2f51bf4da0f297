import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/*
 * Two kinds of rule stand here: mistakes that only the types can show (a promise nobody waits for), and the doors of the
 * house (time, writes, calls outward), so that an editor marks the line at once. Whether rooms look downward only is told
 * by test/rooms.test.ts, which repeats the doors with other means.
 */

const noClock = [
  {
    selector: "MemberExpression[object.name='Date'][property.name='now'], NewExpression[callee.name='Date'][arguments.length=0], CallExpression[callee.name='Date']",
    message: 'Ask the injected clock (kit/clock.ts): sandbox and tests move time, and they cannot move the machine’s.',
  },
  {
    selector: "CallExpression[callee.name=/^set(Timeout|Interval|Immediate)$/], CallExpression[callee.object.name='globalThis'][callee.property.name=/^set(Timeout|Interval|Immediate)$/]",
    message: 'Wait with clock.sleepUntil, or with realPause for transport (kit/clock.ts).',
  },
  {
    selector: "MemberExpression[object.name='Temporal'][property.name='Now'], MemberExpression[object.name='performance'][property.name=/^(now|timeOrigin)$/], MemberExpression[object.name='process'][property.name='hrtime']",
    message: 'Ask the injected clock, or realMs for measuring (kit/clock.ts).',
  },
];

const noOwnTransaction = [
  {
    selector: "CallExpression[callee.property.name=/^(transaction|save)$/]",
    message: 'Write through Store.transact (kit/store.ts): on SQLite a second transaction nests into the first, and its rollback undoes other people’s writes.',
  },
];

const noOwnFetch = [
  {
    selector: "CallExpression[callee.name='fetch'], CallExpression[callee.object.name='globalThis'][callee.property.name='fetch']",
    message: 'Go outward through kit/call.ts: time-out, breaker and trace are there.',
  },
];

const noEnvironment = [
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: 'Only src/config.ts reads the environment (src/main.ts hands it over), so that every problem is told at once and .env.example stays complete.',
  },
];

const callers = {
  paths: ['undici', 'got', 'axios', 'node-fetch', '@whatwg-node/fetch'].map((name) => ({
    name,
    message: 'Go outward through kit/call.ts: time-out, breaker and trace are there.',
  })),
};
const timers = {
  paths: ['timers', 'node:timers', 'timers/promises', 'node:timers/promises'].map((name) => ({ name, message: 'Wait with the injected clock (kit/clock.ts).' })),
};

/** A later block replaces a rule's options instead of adding to them, so each block names everything that holds for its files. */
const bans = (...lists) => ({ 'no-restricted-syntax': ['error', ...lists.flat()] });
const imports = (...lists) => ({ 'no-restricted-imports': ['error', { paths: lists.flatMap((list) => list.paths) }] });

export default defineConfig(
  { ignores: ['dist/', 'node_modules/', '.data/', 'coverage/', 'docs/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.base],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      // Event emitters and http servers take an async listener as a matter of course; elsewhere a promise in a void place is lost.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false, attributes: true, properties: true, returns: true, variables: true } }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/no-base-to-string': 'error',
      '@typescript-eslint/restrict-plus-operands': 'error',
      '@typescript-eslint/no-for-in-array': 'error',
      '@typescript-eslint/require-array-sort-compare': ['error', { ignoreStringArrays: true }],
      '@typescript-eslint/no-deprecated': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-asserted-optional-chain': 'error',
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': 'allow-with-description' }],
      '@typescript-eslint/consistent-type-imports': ['error', { prefer: 'type-imports', fixStyle: 'inline-type-imports', disallowTypeAnnotations: false }],
      '@typescript-eslint/consistent-type-exports': 'error',
      '@typescript-eslint/no-unused-expressions': 'error',
      '@typescript-eslint/no-use-before-define': ['error', { functions: false, classes: false, variables: false, typedefs: false }],
      'array-callback-return': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-console': 'error',
      'no-constant-binary-expression': 'error',
      'no-constant-condition': ['error', { checkLoops: 'allExceptWhileTrue' }],
      'no-dupe-else-if': 'error',
      'no-empty': 'error',
      'no-fallthrough': 'error',
      'no-self-compare': 'error',
      'no-unsafe-finally': 'error',
      'no-unsafe-optional-chaining': 'error',
      'no-useless-catch': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': ['error', { destructuring: 'all' }],
      // A default export has no name of its own, and a search for the name then misses its users.
      'no-restricted-exports': ['error', { restrictDefaultExports: { direct: true, named: true, defaultFrom: true, namedFrom: true, namespaceFrom: true } }],
    },
  },
  { files: ['src/**/*.ts'], rules: { ...bans(noClock, noOwnTransaction, noOwnFetch, noEnvironment), ...imports(callers, timers) } },
  { files: ['src/kit/clock.ts'], rules: { ...bans(noOwnTransaction, noOwnFetch, noEnvironment), ...imports(callers) } },
  { files: ['src/kit/call.ts'], rules: { ...bans(noClock, noOwnTransaction, noEnvironment), ...imports(timers) } },
  { files: ['src/database/**/*.ts'], rules: bans(noClock, noOwnFetch, noEnvironment) },
  // main hands the environment on as a whole; what stands in it is config's business.
  { files: ['src/config.ts', 'src/main.ts', 'src/database/backup/command.ts'], rules: bans(noClock, noOwnTransaction, noOwnFetch) },
  // The ministries call the hub back, as real ones do, so fetch is theirs; time and the dossiers' store are not.
  { files: ['mocks/**/*.ts'], rules: { ...bans(noClock, noOwnTransaction, noEnvironment), ...imports(timers) } },
  { files: ['mocks/sandbox.ts', 'mocks/ministries.ts', 'mocks/demo.ts', 'mocks/proxy.ts'], rules: { ...bans(noClock, noOwnTransaction), 'no-console': 'off' } },
  // What speaks to a person at a terminal prints.
  { files: ['src/main.ts', 'src/database/backup/command.ts', 'schema/**/*.ts', 'test/bench/**/*.ts', 'test/chaos/**/*.ts'], rules: { 'no-console': 'off' } },
  { files: ['*.config.ts', '*.config.js'], rules: { 'no-restricted-exports': 'off' } },
  {
    files: ['**/*.{js,mjs}'],
    rules: { 'no-var': 'error', 'prefer-const': 'error', eqeqeq: 'error', 'no-dupe-else-if': 'error', 'no-unreachable': 'error', 'no-constant-condition': 'error' },
  },
);
