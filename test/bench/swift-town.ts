/* The ministries, as mocks/ministries.ts starts them, but each takes 20 ms for what takes it 2 seconds in the sandbox: the hub is to be measured. */
import { startMinistries } from '../../mocks/list.ts';
import { movableClock } from '../../src/kit/clock.ts';
import { openLog } from '../../src/kit/log.ts';

const { DATA_DIR = '', SANDBOX_NOW = '' } = process.env;
const { urls, close } = await startMinistries({ port: 0, host: '127.0.0.1', dataDir: DATA_DIR, clock: movableClock(SANDBOX_NOW), paceMs: 20, log: openLog('error') }); // milliseconds
for (const [name, url] of Object.entries(urls)) process.stdout.write(`  ${name} ${url}\n`);
process.stdout.write('Records in\n');
process.once('SIGTERM', () => void close().then(() => process.exit(0)));
