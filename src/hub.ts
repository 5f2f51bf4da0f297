import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createHash } from 'node:crypto';
import { openAudit } from './access/audit.ts';
import { openReach, type Connection } from './access/reach.ts';
import { openChannels } from './alarms/places.ts';
import { openPost } from './alarms/post.ts';
import { openWatch } from './alarms/watch.ts';
import { openBundleBeat } from './bundles/beat.ts';
import { enginePart, type Engine } from './bundles/engine.ts';
import { hear } from './bundles/hear.ts';
import { definitions } from './bundles/list.ts';
import { checkPeople } from './bundles/people.ts';
import { recountAll } from './bundles/recount.ts';
import { openBundleRemedy } from './bundles/remedy.ts';
import { openRunner } from './bundles/runner.ts';
import { runTable, stepTable } from './bundles/table.ts';
import { openHintedWakeUps, openTableWakeUps } from './bundles/wake-ups.ts';
import { loadCatalogue } from './catalogue/catalogue.ts';
import { cataloguePart } from './catalogue/part.ts';
import { handles, type Config } from './config.ts';
import { openDatabase } from './database/open.ts';
import { stepNames } from './database/migrations/known.ts';
import { openVault } from './database/vault.ts';
import { applicantsPart, type ApplicantRegister } from './dossiers/applicants.ts';
import { deliverDocuments } from './dossiers/document-delivery.ts';
import { deliveriesPart, type Deliveries } from './dossiers/delivery.ts';
import { factsPart } from './dossiers/facts.ts';
import { officePart } from './dossiers/office.ts';
import { deliverPapers } from './dossiers/paper-delivery.ts';
import { remediesPart } from './dossiers/remedy.ts';
import { openWatchman, watchmanPart } from './dossiers/watchman.ts';
import { tellPassedDueDates } from './dossiers/passed.ts';
import { openSweeping } from './dossiers/sweep-papers.ts';
import { openFeed } from './events/feed.ts';
import { standingsPart } from './graph/system.ts';
import { openFacts } from './joins/applicant-facts.ts';
import { checkEnterprise } from './joins/enterprise-applicant.ts';
import type { Hearer } from './kit/act.ts';
import { openLine } from './kit/call.ts';
import type { Clock } from './kit/clock.ts';
import type { Log } from './kit/log.ts';
import { gather, supply } from './kit/part.ts';
import { claim, openTakeOver } from './kit/take-over.ts';
import { systemNames, type GatewayHandle, type SystemName } from './kit/system.ts';
import { vaultPart } from './kit/vault.ts';
import { openPaymentBeat } from './payments/beat.ts';
import { cashierPart, openCashier } from './payments/cashier.ts';
import { hearPayGov } from './payments/hear.ts';
import { openTill } from './payments/open.ts';
import { openReconciler } from './payments/reconcile.ts';
import { openPaymentRemedy } from './payments/remedy.ts';
import { dayTable, paymentTable } from './payments/table.ts';
import { takeBackAll } from './payments/take-back.ts';
import { tillPart, type Till } from './payments/till.ts';
import type { Hearers } from './server/callbacks.ts';
import { openHealth } from './server/health.ts';
import { openServer } from './server/http.ts';
import { countFeed, openMetrics, tallyPart } from './server/metrics.ts';

export { ConfigRefused, readConfig, type Config } from './config.ts';

/** A running hub. */
export interface Hub {
  /** The address it serves. */
  readonly url: string;
  readonly port: number;
  /** Reads the law anew: an edited calendar moves the due dates of open dossiers. Refused data leave the old in force. */
  reloadCatalogue(): Promise<void>;
  /** Ends after the calls now under way, or after a grace of some seconds. */
  close(): Promise<void>;
}

/** Opens the store, brings it up to date, takes up what an earlier process left, and serves. */
export async function openHub(config: Config, clock: Clock, log: Log): Promise<Hub> {
  let catalogue = loadCatalogue(undefined, { calendarFile: config.calendarFile });
  const { store, seal, openHints } = await openDatabase(config.databaseUrl);
  const hints = await openHints(log);
  const vault = await openVault(config.papers, config.dataDir);
  const audit = openAudit(store, clock, seal);
  const metrics = openMetrics();
  const feed = countFeed(openFeed(store, clock), store, metrics);
  let processes = 1; // that share the database, and with it what was agreed with a ministry
  const connections = Object.fromEntries(
    systemNames.map((name) => {
      const { url, settings, limits } = config.ministries[name];
      return [name, { baseUrl: url, settings, line: openLine(url, limits, { share: () => 1 / processes, now: () => clock.now() }) }];
    }),
  ) as unknown as Record<SystemName, Connection>;
  const reach = openReach({ connections, gateways: [handles.ndxp as unknown as GatewayHandle], audit, clock, onCall: metrics.called, officerNumber: staffDirectory(config) });
  let { publicUrl } = config;
  const till: Till = openTill({
    store,
    clock,
    feed,
    log,
    seal,
    reach,
    catalogue: () => catalogue,
    patience: config.payments,
    refundsWithdrawn: config.payments.refundsWithdrawn,
    returnUrl: () => config.payments.returnUrl ?? publicUrl,
    settings: connections.paygov.settings,
  });
  const cashier = openCashier(till);
  const reconciler = openReconciler(till);
  const deliveries: Deliveries = { paper: deliverPapers(store, vault), document: deliverDocuments(store, config) };
  const engine: Engine = {
    store,
    clock,
    feed,
    onFruitlessEnd: (rows, dossier) => takeBackAll(till, rows, dossier),
    log,
    seal,
    reach,
    wakeUps: hints ? openHintedWakeUps(store, clock, log, hints) : openTableWakeUps(store, clock, log),
    patience: config.patience,
    deliveries,
    definitions,
    catalogue: () => catalogue,
    get publicUrl() {
      return publicUrl;
    },
    settingsOf: (system) => connections[system].settings,
  };
  const remedies = [openBundleRemedy(engine), openPaymentRemedy(till)];
  const standings = () => systemNames.map((name) => ({ name, title: handles[name].title, behind: handles[name].behind ?? null, ...connections[name].line.standing() }));
  const register: ApplicantRegister = async (viewer, purpose, { applicant, enterprise }) => {
    const [person, ...rest] = await Promise.all([
      checkPeople(engine, viewer, purpose, [{ path: 'applicant', key: applicant }]),
      ...(enterprise === undefined ? [] : [checkEnterprise(reach, viewer, purpose, enterprise)]),
    ]);
    return [person.is === 'checked' ? person : { is: 'silent' }, ...rest];
  };
  const facts = openFacts(reach);
  const parts = gather([supply(deliveriesPart, () => deliveries), supply(officePart, () => engine), supply(applicantsPart, () => register), supply(factsPart, () => facts), supply(cataloguePart, () => catalogue), supply(enginePart, () => engine), supply(remediesPart, () => remedies), supply(tallyPart, () => metrics), supply(watchmanPart, () => watchman), supply(standingsPart, () => standings), supply(vaultPart, () => vault), supply(tillPart, () => till), supply(cashierPart, () => cashier)]);
  const hearers = { ...Object.fromEntries(systemNames.map((name): [SystemName, Hearer] => [name, (ticket, message) => hear(engine, name, ticket, message)])), paygov: (ticket, message) => hearPayGov(till, ticket, message) } as Hearers;
  const watchman = openWatchman({ store, clock, log, feed }, [openBundleBeat(engine), openPaymentBeat(till)]);
  const health = openHealth({ store, clock, log, watchman, standings, migrations: stepNames });
  const metricsPage = () => metrics.page({ store, clock, watchman, standings });
  const { server, close: closeServer } = openServer({ health, metricsPage, services: { store, clock, log, seal, feed, reach, parts }, hearers, audit, sources: config.sources, usualPurpose: config.usualPurpose, drainNoticeMs: config.drainNoticeMs, welcome: WELCOME });
  const runner = openRunner(engine);
  const sweeping = openSweeping({ store, vault, clock, log });
  const channels = openChannels(config.alarms, clock, () => publicUrl);
  const post = openPost({ store, clock, log, channels, feed });
  const watch = openWatch({ store, clock, log, channels, inspections: [tellPassedDueDates(clock)], nudge: () => post.nudge() });
  const takeOver = openTakeOver(
    { store, clock, log },
    [
      claim(runTable, async (rows, runs) => {
        for (const run of runs) await engine.wakeUps.wake(rows, run.code, clock.now());
      }),
      claim(stepTable, async (rows, steps) => {
        for (const step of steps) await engine.wakeUps.wake(rows, step.run, clock.now());
      }),
      claim(paymentTable, () => store.afterCommit(till.rounds.nudge)),
      claim(dayTable, () => store.afterCommit(till.dayRounds.nudge)),
    ],
    (alive) => {
      processes = alive;
      engine.wakeUps.nudge();
    },
  );
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(config.port, config.host, resolve));
  const { port } = server.address() as AddressInfo;
  if (config.port === 0) publicUrl = `http://127.0.0.1:${port}`; // a free port was asked for
  await recountAll(engine); // the calendar may have been edited while nobody ran
  await takeOver.look();
  await runner.start();
  sweeping.start();
  await cashier.start();
  await reconciler.start();
  await post.start();
  await watch.start();
  takeOver.start();
  watchman.start();
  return {
    url: `http://${config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${port}`,
    port,
    async reloadCatalogue() {
      catalogue = loadCatalogue(undefined, { calendarFile: config.calendarFile });
      await recountAll(engine);
    },
    async close() {
      const background = [takeOver.stop(), runner.stop(), sweeping.stop(), reconciler.stop(), post.stop(), watch.stop(), watchman.stop()]; // nothing new is begun
      await closeServer(); // who waits for an answer may still need the cashier and the lines
      const stopped = Promise.all([...background, cashier.stop()]);
      await Promise.race([stopped, graceOver()]);
      await Promise.all([...Object.values(connections).map(({ line }) => line.close()), ...channels.map((channel) => channel.close())]); // who still keeps us waiting is hung up on, and that is written down as a failed try
      await stopped;
      await audit.close();
      feed.close();
      await hints?.close();
      await store.close();
    },
  };
}

/** How long a hub that ends waits for calls under way once its callers are answered, milliseconds: most answers come sooner, and Docker's own patience is ten seconds. */
const GRACE_MS = 4_000;

function graceOver(): Promise<void> {
  return new Promise((resolve) => AbortSignal.timeout(GRACE_MS).addEventListener('abort', () => resolve(), { once: true }));
}

/** The officer's number as ministries know it. In the sandbox officers are invented: twelve digits derived from the staff id. */
function staffDirectory({ sandbox, staffFile }: Config): (staffId: string | undefined) => string {
  const staff = staffFile ? (JSON.parse(readFileSync(staffFile, 'utf8')) as Record<string, string>) : {};
  return (staffId = 'HUB') => {
    const known = staff[staffId];
    if (known) return known;
    if (!sandbox) return staffId; // an unknown officer is named by the staff id; the ministry decides
    const digits = BigInt(`0x${createHash('sha256').update(staffId).digest('hex').slice(0, 12)}`) % 1_000_000n;
    return `089085${String(digits).padStart(6, '0')}`; // a form that personal ids have, of nobody
  };
}

/** What GraphiQL shows when it opens. */
const WELCOME = `# lienthong – hub of linked public services. Ctrl+Enter runs the query.
query {
  dueDate(receivedAt: "2025-03-03T16:00:00+07:00", amount: 3, unit: WORKING_DAY) { dueAt explanation(lang: EN) }
  systems { name title state }
}
`;
