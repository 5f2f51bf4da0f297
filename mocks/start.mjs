/*
 * Starts whatever this repository can run: npm start (the sandbox), npm run hub, ministries, demo, proxy, backup, restore, build.
 *
 * Plain JavaScript, because it runs before anything is compiled. What runs is always dist/: compiled JavaScript starts in
 * a fraction of the time of TypeScript loaders, and it is what the container runs. So this file first compiles what is
 * missing or stale, then imports the entry into its own process, so that signals and exit codes need no passing on.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync, cpSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = realpathSync(fileURLToPath(new URL('..', import.meta.url)));
const dist = join(root, 'dist');
const stampFile = join(dist, '.stamp'); // holds the digest of the sources that dist was built from; written last, removed first
const lockFile = join(dist, '.lock'); // holds the id of the process that is building
const compilerMemory = join(dist, '.tsbuildinfo'); // lets the compiler do only what changed
const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

const LOCK_LOOK_MS = 200; // how often a waiting process looks whether the other has finished
const LOCK_SETTLE_MS = 100; // how long a taken lock must stay ours before it counts: two may have removed the same dead lock
const LOCK_DEAD_MS = 600_000; // ten minutes: no build takes that long, so the lock is a leftover, whoever has its process id now
const PROGRESS_MS = process.stderr.isTTY ? 1_000 : 5_000; // a line that rewrites itself may do so each second, a log should not

/** What each flag runs. */
const entries = {
  '--hub': 'src/main.js',
  '--ministries': 'mocks/ministries.js',
  '--demo': 'mocks/demo.js',
  '--proxy': 'mocks/proxy.js',
  '--backup': 'src/database/backup/command.js',
  '--restore': 'src/database/backup/command.js',
  '--build': undefined,
};

const flag = process.argv.slice(2).find((arg) => Object.hasOwn(entries, arg));
const verbs = { '--backup': ['backup'], '--restore': ['restore'] }; // what the entry is told to do, where it does several things
const rest = [...(verbs[flag] ?? []), ...process.argv.slice(2).filter((arg) => arg !== flag)];
const entry = flag === undefined ? 'mocks/sandbox.js' : entries[flag];

checkNode();
checkPackages();
await buildWhatIsStale();
if (entry !== undefined) await run(entry);

async function run(name) {
  const file = join(dist, name);
  if (!existsSync(file)) stop(`dist/${name} does not exist.`, 'Its source is missing too; check out the whole repository.');
  const settings = join(root, '.env');
  if (existsSync(settings)) process.loadEnvFile(settings); // what the environment already says, stays
  process.env.NODE_ENV ??= 'production'; // a third faster, and errors keep their insides to themselves
  process.setSourceMapsEnabled(true); // a stack names the line that somebody wrote
  process.argv = [process.argv[0], file, ...rest];
  try {
    await import(pathToFileURL(file).href);
  } catch (error) {
    // The commonest broken install: the driver was compiled for another Node, or its install script was not allowed to run.
    if (error?.code === 'ERR_DLOPEN_FAILED' || /bindings file/.test(String(error?.message))) {
      stop('The SQLite driver (better-sqlite3) is not built for this Node.', 'Run: npm rebuild better-sqlite3   (where no prebuilt one can be fetched, this needs python3, make and g++)');
    }
    throw error;
  }
}

/** Compares the running Node with "engines" of package.json, in the two forms used there: ^1.2.3 and >=1.2.3. */
function checkNode() {
  const { engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const here = process.versions.node.split('.').map(Number);
  const fits = engines.node.split('||').some((range) => {
    const [, sign, version] = /^\s*(\^|>=)(\S+)\s*$/.exec(range) ?? [];
    const least = (version ?? '').split('.').map(Number);
    const firstOther = here.findIndex((part, i) => part !== least[i]);
    const reached = firstOther === -1 || here[firstOther] > least[firstOther];
    return reached && (sign === '>=' || here[0] === least[0]);
  });
  if (!fits) stop(`This is Node ${process.versions.node}; the hub needs ${engines.node}.`, 'Install a current Node, e.g. the LTS from https://nodejs.org.');
}

/** Says what to do when packages are missing, before an import says it in fifteen lines of stack. */
function checkPackages() {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const missing = Object.keys(dependencies).filter((name) => !existsSync(join(root, 'node_modules', name, 'package.json')));
  if (missing.length > 0) stop(`Packages are not installed: ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', …' : ''}.`, 'Run: npm ci');
}

async function buildWhatIsStale() {
  // A container has dist/ and no sources: what is there is what runs.
  if (!existsSync(join(root, 'src'))) {
    if (existsSync(stampFile)) return;
    stop('There is neither src/ nor a finished dist/.', 'Check out the whole repository, or build the image anew.');
  }
  if (isCurrent()) return;
  if (!existsSync(compiler)) stop('dist/ is missing or older than its sources, and the compiler is not installed.', 'Run: npm ci   (without --omit=dev)');
  mkdirSync(dist, { recursive: true });
  const release = await takeLock();
  if (release === undefined) return; // somebody else has built it meanwhile
  try {
    await build();
  } finally {
    release();
  }
}

function isCurrent() {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === digest();
}

/** A digest of everything that dist is made from. Contents rather than times: a checkout or a copy changes times and nothing else. */
function digest() {
  const hash = createHash('sha256');
  const files = [...walk('src'), ...walk('mocks'), ...readdirSync(root).filter((name) => /^tsconfig.*\.json$/.test(name)), 'package.json'];
  for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(join(root, file))).update('\0');
  return hash.digest('hex');
}

/** Compiles in place and copies data beside. Without a stamp dist counts as not built, so a death in the middle costs a build and no more. */
async function build() {
  const began = performance.now();
  const seconds = () => ((performance.now() - began) / 1_000).toFixed(1);
  const built = digest(); // taken before: what changes meanwhile makes dist stale again
  if (!existsSync(stampFile)) rmSync(compilerMemory, { force: true }); // what a broken build remembers is not to be trusted
  rmSync(stampFile, { force: true });
  const progress = setInterval(() => say(`building dist … ${Math.round(Number(seconds()))} s`), PROGRESS_MS);
  say('building dist …');
  const failure = await compile();
  clearInterval(progress);
  if (failure !== undefined) {
    say(`building dist failed after ${seconds()} s\n`);
    stop(failure.trim(), 'Mend the sources and run the command again.');
  }
  const wanted = new Set(copyData());
  for (const source of [...walk('src'), ...walk('mocks')]) wanted.add(stem(source));
  // Leftovers of files that were renamed or removed; the others are overwritten, never removed, because a hub may be running from them.
  for (const file of [...walk('dist/src'), ...walk('dist/mocks')]) {
    const output = relative('dist', file);
    if (!wanted.has(output) && !wanted.has(stem(output))) rmSync(join(root, file));
  }
  const fresh = `${stampFile}.${process.pid}`;
  writeFileSync(fresh, built);
  renameSync(fresh, stampFile);
  say(`built dist in ${seconds()} s\n`);
}

/** A file's name without what the compiler changes: kit/clock.ts, .js, .js.map and .d.ts are one. */
function stem(file) {
  return file.replace(/(\.d)?\.[mc]?[jt]s(\.map)?$/, '');
}

/** Runs the compiler; gives what it says when it fails. */
function compile() {
  const args = [compiler, '-p', join(root, 'tsconfig.build.json'), '--noEmitOnError', '--incremental', '--tsBuildInfoFile', compilerMemory];
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
    let told = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (told += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0 ? undefined : told || `The compiler ended with code ${code}.`));
  });
}

/** Copies what the code reads at run time and the compiler leaves behind: calendars, pages, word lists. */
function copyData() {
  const data = [...walk('src'), ...walk('mocks')].filter((file) => !/\.[mc]?[jt]s$/.test(file));
  for (const file of data) {
    mkdirSync(dirname(join(dist, file)), { recursive: true });
    cpSync(join(root, file), join(dist, file));
  }
  return data;
}

/**
 * Lets one process build at a time. Gives the way to release the lock, or nothing when dist has become current while we waited.
 * A lock whose process is dead is taken over.
 */
async function takeLock() {
  const mine = String(process.pid);
  for (let waited = 0; ; waited += LOCK_LOOK_MS) {
    if (isCurrent()) return undefined;
    try {
      writeFileSync(lockFile, mine, { flag: 'wx' });
      await pause(LOCK_SETTLE_MS);
      if (readLock() === mine) {
        process.once('exit', release); // also after stop(), which leaves no time for a finally
        if (!isCurrent()) return release;
        release(); // the other finished between our look and our turn
        return undefined;
      }
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (isLockDead()) rmSync(lockFile, { force: true });
      else if (waited === 0) say('another process is building dist; waiting for it …\n');
    }
    await pause(LOCK_LOOK_MS);
  }
  function release() {
    if (readLock() === mine) rmSync(lockFile, { force: true });
  }
}

function readLock() {
  return existsSync(lockFile) ? readFileSync(lockFile, 'utf8') : undefined;
}

function isLockDead() {
  try {
    const holder = Number(readFileSync(lockFile, 'utf8'));
    const age = Date.now() - statSync(lockFile).mtimeMs;
    if (age > LOCK_DEAD_MS) return true;
    if (holder === 0) return age > 1_000; // created and not yet written: a second is plenty
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH'; // no such process; a lock that is gone by now is simply tried again
  }
}

/** The files below a folder, relative to the root, with "/". */
function walk(folder) {
  const start = join(root, folder);
  if (!existsSync(start)) return [];
  return readdirSync(start, { withFileTypes: true }).flatMap((item) => {
    const path = `${folder}/${item.name}`;
    return item.isDirectory() ? walk(path) : [path.split(sep).join('/')];
  });
}

function pause(ms) {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Shows where we are: one line that rewrites itself at a terminal, plain lines in a log. On stderr, so that a command's output stays its own. */
function say(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${text}`);
  else process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
}

function stop(problem, remedy) {
  process.stderr.write(`\n${problem}\n${remedy}\n`);
  process.exit(1);
}
