import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { developer } from '../../src/access/viewer.ts';
import { openVault } from '../../src/database/vault.ts';
import { attachPapers } from '../../src/dossiers/attach-papers.ts';
import { findPapers } from '../../src/dossiers/find-papers.ts';
import { leavingTable, paperTable, type PaperRow } from '../../src/dossiers/paper-table.ts';
import { sweepPapers } from '../../src/dossiers/sweep-papers.ts';
import { takePaper } from '../../src/dossiers/take-paper.ts';
import { loadCatalogue } from '../../src/catalogue/catalogue.ts';
import { movableClock } from '../../src/kit/clock.ts';
import { later } from '../../src/kit/instant.ts';
import { openLog } from '../../src/kit/log.ts';
import type { Vault } from '../../src/kit/vault.ts';
import { openFolder } from '../mocks/folder.ts';
import { openStore } from '../store/opened.ts';
import { pdf, sha256 } from './sheets.ts';

const DAYS_31 = 31 * 86_400_000;
const catalogue = loadCatalogue();

/** A counter where papers are taken, and the broom behind it. */
async function openCounter(spoil: (vault: Vault) => Vault = (vault) => vault) {
  const { store } = await openStore();
  const vault = spoil(await openVault({ url: `file:${openFolder()}` }, openFolder()));
  const clock = movableClock('2025-03-03T01:00:00.000Z');
  const counter = { store, vault, clock, log: openLog('silent') };
  return {
    ...counter,
    take: (content: Buffer) => takePaper(counter, { viewer: developer, content: Readable.from([content]), name: undefined, stated: undefined, idempotencyKey: undefined, verdict: () => Promise.resolve(undefined) }),
    /** Attaches an upload as filing does; gives whether it was still there. */
    attach: (id: string) =>
      store.transact(async (rows) => {
        const matter = { viewer: developer, applicant: { applicantId: '089190000001', enterprise: null }, catalogue, now: clock.now() };
        const { found } = await findPapers(rows, matter, [{ path: 'papers.0', place: null, paper: { typeCode: 'A1', source: { upload: { id } } } }]);
        await attachPapers(rows, { dossier: 'a dossier', stage: 'SUBMISSION', now: clock.now() }, found);
        return found.length === 1;
      }),
    sweep: () => sweepPapers(counter),
    age: () => clock.moveTo(later(clock.now(), DAYS_31)),
  };
}

test('a content stays as long as one paper of a dossier is the same', async () => {
  const { take, attach, sweep, age, vault, store } = await openCounter();
  const used = (await take(pdf('shared'))) as PaperRow;
  for (const content of [pdf('shared'), pdf('alone')]) await take(content);
  expect(await attach(used.id)).toBe(true);
  age();
  expect(await sweep()).toBe(2);
  expect(await store.read().find(paperTable)).toMatchObject([{ id: used.id }]);
  expect(await vault.fetch(sha256(pdf('shared')))).toBeDefined();
  expect(await vault.fetch(sha256(pdf('alone')))).toBeUndefined();
  expect(await sweep()).toBe(0);
});

test('while a content is let go of, the same content is asked to come again, and what a killed process left is taken up', async () => {
  let isDead = true;
  const { take, sweep, age, clock, store, vault } = await openCounter((whole) => ({ ...whole, forget: (hash) => (isDead ? Promise.reject(new Error('killed')) : whole.forget(hash)) }));
  await take(pdf('leaving'));
  age();
  await expect(sweep()).rejects.toThrow('killed');
  expect(await store.read().count(leavingTable)).toBe(1);
  expect(await take(pdf('leaving'))).toMatchObject({ is: 'problem', code: 'SENT_AGAIN_TOO_SOON' });
  isDead = false;
  await sweep();
  expect(await store.read().count(leavingTable)).toBe(1); // whoever is at it has some minutes
  clock.moveTo(later(clock.now(), 6 * 60_000));
  await sweep();
  expect(await store.read().count(leavingTable)).toBe(0);
  expect(await vault.fetch(sha256(pdf('leaving')))).toBeUndefined();
  expect(await take(pdf('leaving'))).toMatchObject({ sha256: sha256(pdf('leaving')) });
  expect(await vault.fetch(sha256(pdf('leaving')))).toBeDefined();
});

test('sweeping, attaching and uploading the same contents again all at once: whatever was acknowledged and attached is there', async () => {
  const { take, attach, sweep, age, vault, store } = await openCounter();
  const contents = Array.from({ length: 8 }, (_, index) => pdf(`raced ${index}`));
  const old = (await Promise.all(contents.map((content) => take(content)))) as PaperRow[];
  age();
  const [attached, again] = await Promise.all([Promise.all(old.map(({ id }) => attach(id))), Promise.all(contents.map((content) => take(content))), sweep(), sweep(), sweep()]);
  const standing = await store.read().find(paperTable);
  for (const [index, { id }] of old.entries()) expect(standing.some((paper) => paper.id === id && paper.attachedAt !== null)).toBe(attached[index]);
  for (const paper of standing) expect(await vault.fetch(paper.sha256), paper.name).toBeDefined();
  for (const paper of again) expect('id' in paper ? standing.some(({ id }) => id === paper.id) : paper.code === 'SENT_AGAIN_TOO_SOON').toBe(true);
  await sweep();
});
