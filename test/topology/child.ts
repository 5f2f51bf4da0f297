/* One process of a topology that is started by a test or by npm run topology: what it is, is its first word. */
import { startPostgres } from '../support/postgres.ts';

async function main(role: string | undefined): Promise<void> {
  process.once('disconnect', () => process.exit(1)); // whoever started it is gone
  if (role === 'hub') return void (await import('../../src/main.ts'));
  if (role === 'postgres') {
    const { DATA_DIR = '', PORT = '0', FORGETFUL } = process.env;
    const server = await startPostgres({ folder: DATA_DIR, port: Number(PORT), forgetful: FORGETFUL === '1' });
    process.stdout.write(`postgres ${server.url('postgres')}\n`);
    process.on('SIGINT', () => undefined); // ended by whoever started it, after everybody who uses it
    process.once('SIGTERM', () => void server.stop().then(() => process.exit(0)));
    return;
  }
  if (role === 'proxy') {
    const { openProxy } = await import('../../mocks/proxy.ts');
    const { PORT = '0', PROXY_HUBS = '' } = process.env;
    const proxy = await openProxy({ hubs: PROXY_HUBS.split(','), port: Number(PORT), host: '127.0.0.1' });
    process.stdout.write(`proxy ${proxy.url}\n`);
    process.once('SIGTERM', () => void proxy.close().then(() => process.exit(0)));
    return;
  }
  const { startMinistries } = await import('../../mocks/list.ts');
  const { movableClock } = await import('../../src/kit/clock.ts');
  const { openLog } = await import('../../src/kit/log.ts');
  const { PORT = '0', DATA_DIR = '', SANDBOX_NOW = '', PACE_MS = '300', HUB_URL = '' } = process.env;
  const ministries = await startMinistries({ port: Number(PORT), host: '127.0.0.1', dataDir: DATA_DIR, clock: movableClock(SANDBOX_NOW), log: openLog('error'), paceMs: Number(PACE_MS), hubUrl: () => HUB_URL });
  process.stdout.write('ministries\n');
  process.once('SIGTERM', () => void ministries.close().then(() => process.exit(0)));
}

await main(process.argv[2]);
