import { ConfigRefused, readConfig } from './config.ts';
import { openHub } from './hub.ts';
import { movableClock, systemClock } from './kit/clock.ts';
import { openLog } from './kit/log.ts';

/** Entry of `npm run hub`: the hub alone. Ends in order on SIGTERM and SIGINT. */
async function main(): Promise<void> {
  const config = readConfig(process.env);
  const log = openLog(config.logLevel);
  const clock = config.sandbox ? movableClock(config.sandboxNow) : systemClock();
  const hub = await openHub(config, clock, log);
  process.stdout.write(`hub ${hub.url}/graphql\n`);
  const end = () => void hub.close().then(() => process.exit(0));
  process.once('SIGTERM', end).once('SIGINT', end);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof ConfigRefused ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
