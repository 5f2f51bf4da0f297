import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigRefused, readConfig } from './config.ts';
import { DatabaseRefused } from './database/migrations/known.ts';
import { openHub } from './hub.ts';
import { systemClock } from './kit/clock.ts';
import { keptClock } from './kit/kept-clock.ts';
import { openLog } from './kit/log.ts';

/** Entry of `npm run hub`: the hub alone. Ends in order on SIGTERM and SIGINT. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = openLog(config.logLevel);
  mkdirSync(config.dataDir, { recursive: true });
  const clock = config.sandbox ? keptClock(join(config.dataDir, 'hub-clock'), config.sandboxNow) : systemClock();
  const hub = await openHub(config, clock, log);
  process.stdout.write(`hub ${hub.url}/graphql\n`);
  process.on('SIGHUP', () => void hub.reloadCatalogue().catch((error: unknown) => log.error({ err: error }, 'the edited catalogue was refused; the old one stays in force')));
  const end = () => void hub.close().then(() => process.exit(0));
  process.once('SIGTERM', end).once('SIGINT', end);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigRefused || error instanceof DatabaseRefused ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
