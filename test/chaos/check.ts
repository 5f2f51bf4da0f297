/** A step of an application as the hub tells of it. */
export interface ToldStep {
  readonly act: string;
  readonly state: string;
  readonly dossier: string;
}

/** An application as the hub tells of it. */
export interface ToldRun {
  readonly code: string;
  readonly state: string;
  readonly steps: readonly ToldStep[];
  readonly dossiers: readonly { readonly code: string; readonly status: string }[];
  /** Open incidents. */
  readonly incidents: number;
}

/** An event as the log has it. */
export interface ToldEvent {
  readonly cursor: string;
  readonly kind: string;
  readonly run: string | null;
  readonly dossier: string | null;
  readonly status: string | null;
}

/** An effect as a ministry's own ledger has it. */
export interface LedgerLine {
  readonly ministry: string;
  readonly act: string;
  readonly key: string | null;
  readonly received: number;
}

/** What one subscriber heard, and of which application. */
export interface Heard {
  readonly run: string;
  readonly cursors: readonly string[];
}

/** Everything that three witnesses say, who know nothing of each other. */
export interface Testimony {
  /** The receipts that filers hold: each application once. */
  readonly receipts: readonly { readonly key: string; readonly code: string }[];
  readonly runs: readonly ToldRun[];
  readonly events: readonly ToldEvent[];
  readonly ledger: readonly LedgerLine[];
  readonly heard: readonly Heard[];
}

/** Something that does not fit. */
export interface Finding {
  readonly kind: 'loss' | 'double' | 'disagreement' | 'gap';
  readonly where: string;
  readonly what: string;
}

/** What each act of a birth application makes a ministry do. */
const EFFECTS: Readonly<Record<string, readonly [ministry: string, act: string]>> = { birth: ['civil-status', 'registerBirth'], residence: ['residence', 'registerResidence'], healthCard: ['social-insurance', 'issueHealthCard'] };

const FINAL = /^(FINISHED|PARTLY_FINISHED|REFUSED|WITHDRAWN)$/;

/** Compares what filers hold, what the hub tells, what its log has, what ministries wrote down and what subscribers heard. */
export function findFaults(testimony: Testimony): Finding[] {
  return [...receiptsKept(testimony), ...runsEnded(testimony), ...effectsOnce(testimony), ...logComplete(testimony), ...nothingMissed(testimony)];
}

/** Whoever holds a receipt finds the application, and nobody's key made two. */
function* receiptsKept({ receipts, runs }: Testimony): Generator<Finding> {
  const known = new Set(runs.map(({ code }) => code));
  for (const { key, code } of receipts) if (!known.has(code)) yield { kind: 'loss', where: code, what: `the filer of ${key} holds a receipt, and the hub knows no such application` };
  const held = new Set(receipts.map(({ code }) => code));
  for (const { code } of runs) if (!held.has(code)) yield { kind: 'double', where: code, what: 'the hub has an application of which nobody holds a receipt' };
  const filers = new Map<string, string>();
  for (const { key, code } of receipts) {
    const other = filers.get(code);
    if (other !== undefined && other !== key) yield { kind: 'disagreement', where: code, what: `the receipts of ${other} and ${key} name the same application` };
    filers.set(code, key);
  }
}

/** Every run is at its end, or somebody owns what keeps it. */
function* runsEnded({ runs }: Testimony): Generator<Finding> {
  for (const { code, state, incidents, steps, dossiers } of runs) {
    if (!FINAL.test(state) && incidents === 0) yield { kind: 'loss', where: code, what: `it is ${state} and nobody has been told` };
    for (const { act, state: step, dossier } of steps) {
      const status = dossiers.find((one) => one.code === dossier)?.status;
      if (step === 'DONE' && status !== 'FINISHED') yield { kind: 'disagreement', where: `${code} ${act}`, what: `the step is done and its dossier ${status ?? 'is not there'}` };
    }
  }
}

/** What is done stands once in the ledger of the ministry that did it; what stands there was told to the hub. */
function* effectsOnce({ runs, ledger }: Testimony): Generator<Finding> {
  for (const { code, state, steps } of runs) {
    for (const { act, state: step } of steps) {
      const [ministry, effect] = EFFECTS[act] ?? ['', ''];
      const found = ledger.filter((line) => line.ministry === ministry && line.act === effect && line.key !== null && isAbout(line.key, code));
      const where = `${code} ${act}`;
      if (found.length > 1) yield { kind: 'double', where, what: `${ministry} has done ${effect} ${found.length} times` };
      if (step === 'DONE' && found.length === 0) yield { kind: 'disagreement', where, what: `the hub says it is done, and ${ministry} has nothing of it` };
      if (step !== 'DONE' && found.length > 0 && FINAL.test(state)) yield { kind: 'disagreement', where, what: `${ministry} has done it, and the hub says ${step}` };
    }
  }
}

/** Whether an idempotency key names the application, in whatever form the ministry's wire carries it. */
function isAbout(key: string, code: string): boolean {
  const at = key.indexOf(code);
  return at >= 0 && !/\d/.test(key[at + code.length] ?? ''); // the codes of a day grow longer after 9,999
}

/** The log tells of each application and dossier once from its beginning to its end, and ends where they stand. */
function* logComplete({ runs, events }: Testimony): Generator<Finding> {
  const seen = new Set<string>();
  for (const { cursor } of events) {
    if (seen.has(cursor)) yield { kind: 'double', where: cursor, what: 'the log has an event twice' };
    seen.add(cursor);
  }
  for (const { code, state, dossiers } of runs) {
    const own = events.filter(({ run }) => run === code);
    const count = (kind: RegExp) => own.filter((event) => kind.test(event.kind) && event.dossier === null).length;
    if (count(/^BUNDLE_RECEIVED$/) !== 1) yield { kind: count(/^BUNDLE_RECEIVED$/) === 0 ? 'loss' : 'double', where: code, what: `the log tells ${count(/^BUNDLE_RECEIVED$/)} times that it was received` };
    const ends = count(/^BUNDLE_(FINISHED|PARTLY_FINISHED|REFUSED|WITHDRAWN)$/);
    if (FINAL.test(state) && ends !== 1) yield { kind: ends === 0 ? 'loss' : 'double', where: code, what: `the log tells ${ends} times that it ended` };
    for (const { code: dossier, status } of dossiers) {
      const last = own.filter((event) => event.dossier === dossier && event.status !== null).at(-1);
      if (last?.status !== status) yield { kind: 'disagreement', where: dossier, what: `it is ${status}, and the log last told of ${last?.status ?? 'nothing'}` };
    }
  }
}

/** Each subscriber heard every event of its application, in the order of the log, none twice. */
function* nothingMissed({ events, heard }: Testimony): Generator<Finding> {
  for (const [number, { run, cursors }] of heard.entries()) {
    const told = events.filter((event) => event.run === run).map(({ cursor }) => cursor);
    const at = cursors.findIndex((cursor, index) => cursor !== told[index]);
    if (at >= 0) yield { kind: 'gap', where: `subscriber ${number + 1} of ${run}`, what: `the ${at + 1}. event it heard is not the ${at + 1}. of the log` };
    else if (cursors.length !== told.length) yield { kind: 'gap', where: `subscriber ${number + 1} of ${run}`, what: `it heard ${cursors.length} of ${told.length} events` };
  }
}
