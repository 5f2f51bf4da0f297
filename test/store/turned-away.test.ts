import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openFolder } from '../mocks/folder.ts';
import { familyOf, startHub, type Setting, type TestHub } from '../support/hub.ts';
import { openOnDisk, type Disk } from './connection.ts';
import { lock } from './lock.ts';

const STORED = `{
  dossiers(first: 50) { edges { node { code } } }
  events(after: "0", first: 50) { edges { node { kind } } }
}`;
const NOTHING = { dossiers: { edges: [] }, events: { edges: [] } };

const FAILURE = '... on Failure { code en: message(lang: EN) } ... on StoreUnavailable { retryAfterSeconds }';
const WITHDRAW = `mutation ($code: String!) { withdrawDossier(input: { idempotencyKey: "w", code: $code, reason: "chuyển nơi ở" }) { __typename ${FAILURE} } }`;
const SUPPLEMENT = `mutation ($code: String!) { supplementDossier(input: { idempotencyKey: "s", code: $code, note: "đã bổ sung" }) { __typename ${FAILURE} } }`;

type StoredHub = TestHub & { readonly storeFile: string; readonly disk: Disk };

/** A hub with its disk in hand, whose store waits only briefly for a stranger's lock; closed when the test is over. */
async function openHub(setting: Setting = {}): Promise<StoredHub> {
  const dataDir = openFolder();
  const storeFile = join(dataDir, 'hub.sqlite');
  const { opened, disk } = await openOnDisk(storeFile, () => startHub({ ...setting, dataDir, env: { DATABASE_URL: `sqlite:${storeFile}?busy_timeout=50` } }));
  onTestFinished(() => opened.close());
  return { ...opened, storeFile, disk };
}

/** Every effect that the ministries were ordered to bring about, by name. */
function effectsOf({ ministries: { byName } }: TestHub): string[] {
  const ordered = ['civil-status', 'residence', 'social-insurance'] as const;
  return ordered.flatMap((name) => byName[name].ledger().map(({ act }) => act));
}

const ONE_OF_EACH = ['registerBirth', 'registerResidence', 'issueHealthCard'];

/** The order for a card as social insurance keeps it. */
function cardOrderOf({ dataDir }: TestHub): { readonly maYeuCau: string; readonly callbackUrl: string } {
  const records = new Database(join(dataDir, 'social-insurance.sqlite'), { readonly: true });
  const { body } = records.prepare('SELECT body FROM orders').get() as { readonly body: string };
  records.close();
  return JSON.parse(body) as { maYeuCau: string; callbackUrl: string };
}

test.each([
  ['locked', async ({ storeFile }: StoredHub) => (await lock(storeFile)).end],
  ['read-only', ({ disk }: StoredHub) => Promise.resolve((disk.protect(), disk.unprotect))],
])('while the store is %s an application is turned away with the time to come back, nothing of it stays, and later it is taken', async (_, spoil) => {
  const hub = await openHub();
  const mend = await spoil(hub);
  const wish = { key: 'the same key' };
  const turnedAway = await hub.file(familyOf(0), wish);
  expect(turnedAway).toMatchObject({ __typename: 'StoreUnavailable', code: 'STORE_UNAVAILABLE', retryAfterSeconds: 5 });
  expect(turnedAway['en']).toMatch(/nothing was stored/);
  mend();
  expect((await hub.ask(STORED)).data).toEqual(NOTHING);
  expect(effectsOf(hub)).toEqual([]);
  const { code, __typename } = await hub.file(familyOf(0), wish);
  expect(__typename).toBe('BundleAccepted');
  expect(await hub.ended(code)).toMatchObject({ state: 'FINISHED' });
  expect(effectsOf(hub)).toEqual(ONE_OF_EACH);
});

test('of the applications filed until the disk is full none that was acknowledged is lost, and none that was turned away is there', async () => {
  const hub = await openHub({ patience: { lostMs: 200 } });
  hub.disk.fill();
  const accepted: string[] = [];
  for (let number = 10; ; number += 1) {
    const { __typename, code } = await hub.file(familyOf(number));
    if (__typename === 'StoreUnavailable') break;
    expect(__typename).toBe('BundleAccepted');
    accepted.push(code);
  }
  hub.disk.makeRoom();
  const runs = await Promise.all(accepted.map((code) => hub.ended(code)));
  expect(runs.map(({ state }) => state)).toEqual(accepted.map(() => 'FINISHED'));
  expect(effectsOf(hub).sort()).toEqual(accepted.flatMap(() => ONE_OF_EACH).sort());
  expect((await hub.ask(STORED)).data?.['dossiers'].edges).toHaveLength(3 * accepted.length);
});

test('a run goes on by itself after the store was locked in its middle, and orders nothing twice', async () => {
  const hub = await openHub({ paceMs: 400, patience: { lostMs: 200 } });
  const { code } = await hub.file(familyOf(1));
  await hub.happened(code, 'DOSSIER_IN_PROCESS');
  const { end } = await lock(hub.storeFile);
  const turnedAway = await Promise.all([2, 3, 4].map((family) => hub.file(familyOf(family))));
  expect(turnedAway.map(({ __typename }) => __typename)).toEqual(Array(3).fill('StoreUnavailable'));
  expect((await hub.ask('query ($code: String!) { bundleRun(code: $code) { state } }', { code })).data).toEqual({ bundleRun: { state: 'RUNNING' } });
  end();
  expect(await hub.ended(code)).toMatchObject({ state: 'FINISHED', incidents: [] });
  expect(effectsOf(hub)).toEqual(ONE_OF_EACH);
});

test('whoever withdraws or supplements while the store is locked is told when to come back, and nothing has changed', async () => {
  const hub = await openHub({ paceMs: 3_600_000 });
  const { code, bundleRun } = await hub.file(familyOf(5));
  await hub.happened(code, 'DOSSIER_IN_PROCESS');
  const { end } = await lock(hub.storeFile);
  const later = { code: 'STORE_UNAVAILABLE', __typename: 'StoreUnavailable', retryAfterSeconds: 5 };
  expect((await hub.ask(WITHDRAW, { code })).data).toMatchObject({ withdrawDossier: later });
  expect((await hub.ask(SUPPLEMENT, { code: bundleRun.dossiers[0].code })).data).toMatchObject({ supplementDossier: later });
  end();
  expect((await hub.ask(WITHDRAW, { code })).data).toMatchObject({ withdrawDossier: { __typename: 'DossierChanged' } });
});

test('a callback that cannot be stored is answered 503 with the time to come back, and is taken when it comes again', async () => {
  const hub = await openHub({ patience: { callbackMs: 3_600_000, lostMs: 200 } });
  hub.ministries.byName['social-insurance'].decide([{ contains: 'An Bình', outcome: 'silent' }]);
  const { code } = await hub.file(familyOf(6));
  await hub.happened(code, 'DOSSIER_FINISHED');
  const order = await vi.waitFor(() => cardOrderOf(hub)); // nothing is told when an order has reached its ministry
  const body = JSON.stringify({ maYeuCau: order.maYeuCau, trangThai: 4, soThe: 'TE1898999000001', tuNgay: '26/02/2025', denNgay: '30/09/2031', maCoSoKCB: '89001' });
  const call = () => fetch(order.callbackUrl, { method: 'POST', headers: { 'x-bhxh-signature': createHmac('sha256', 'sandbox-bhxh-callback-key').update(body).digest('hex') }, body });
  const { end } = await lock(hub.storeFile);
  const turnedAway = await call();
  expect([turnedAway.status, turnedAway.headers.get('retry-after')]).toEqual([503, '5']);
  end();
  expect((await call()).status).toBe(200);
  const { steps, results } = await hub.ended(code);
  expect(steps.map(({ state }: { state: string }) => state)).toEqual(['DONE', 'DONE', 'DONE']);
  expect(results.healthCard.number).toBe('TE1898999000001');
});
