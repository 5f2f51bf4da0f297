import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { birthFormOf } from '../../mocks/application.ts';
import type { YoungFamily } from '../../mocks/people.ts';
import { openDatabase } from '../../src/database/open.ts';
import { dossierPaperTable } from '../../src/dossiers/paper-table.ts';
import { countRows, readRows } from '../bundles/records.ts';
import { spoilRows, storeDossiers, storedDossier } from '../graph/house.ts';
import { MONDAY, familyOf, startHub, type TestHub } from '../support/hub.ts';
import { statementsDuring } from '../support/statements.ts';
import { JPEG, PNG, pdf, sha256, upload, type Bytes } from './sheets.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());

type Loose = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- tests look into answers by path

const PAPERS = 'papers { typeCode title name origin system asOf fromDossier number issuedOn issuer stage addedAt mediaType size sha256 url expiresAt }';
const ISSUES = '__typename ... on Failure { issues { path code message(lang: EN) expected(lang: EN) } }';
const LAND = 'GIAY_TO_CHO_O_HOP_PHAP';
const NOTICE = 'GIAY_CHUNG_SINH';

let keys = 0;
const nextKey = () => `papers-${(keys += 1)}`;
const keyOf = ({ personalId, fullName, birthDate }: YoungFamily['mother']) => ({ personalId, fullName, birthDate });

/** Uploads a content; gives its id. */
async function uploaded(content: Bytes = pdf(nextKey())): Promise<string> {
  const { status, body } = await upload(hub, content);
  expect(status).toBe(201);
  return body['id'] as string;
}

const byUpload = (id: string, typeCode = LAND, facts: Loose = {}) => ({ typeCode, source: { upload: { id, ...facts } } });
const byStored = (dossier: string, typeCode = LAND) => ({ typeCode, source: { stored: { dossier } } });

/** Files permanent residence at the counter for the mother of the family, with papers. */
async function file(family: YoungFamily, papers: readonly Loose[], rest: Loose = {}): Promise<Loose> {
  const input = { idempotencyKey: nextKey(), procedure: '1.004222', communeCode: family.commune, channel: 'COUNTER', applicant: keyOf(family.mother), papers, ...rest };
  const { data, errors } = await hub.ask(`mutation ($input: SubmitDossierInput!) { submitDossier(input: $input) { ${ISSUES} ... on DossierAccepted { dossier { code ${PAPERS} } } } }`, { input });
  expect(errors).toBeUndefined();
  return data?.['submitDossier'];
}

async function act(mutation: string, input: Loose): Promise<Loose> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const { data, errors } = await hub.ask(`mutation ($input: ${type}!) { ${mutation}(input: $input) { ${ISSUES} ... on DossierChanged { dossiers { code status ${PAPERS} } } } }`, { input: { idempotencyKey: nextKey(), ...input } });
  expect(errors).toBeUndefined();
  return data?.[mutation];
}

async function papersOf(code: string): Promise<Loose[]> {
  const { data, errors } = await hub.ask(`query ($code: String!) { dossier(code: $code) { ${PAPERS} } }`, { code });
  expect(errors).toBeUndefined();
  return data?.['dossier'].papers;
}

/** What civil status was handed with the dossier. */
function attachmentsAt(dossier: string): Loose[] {
  const records = new Database(join(hub.dataDir, 'civil-status.sqlite'), { readonly: true });
  const bodies = (records.prepare('SELECT body FROM orders').all() as { body: string }[]).map(({ body }) => JSON.parse(body) as Loose);
  records.close();
  return bodies.find((body) => body['maHoSoMCDT'] === dossier)?.['fileDinhKem'];
}

test('a dossier tells of each paper where it comes from, and an uploaded one opens byte for byte for five minutes', async () => {
  const content = pdf('a contract', 30_000);
  const { body } = await upload(hub, content, {}, '?name=H%E1%BB%A3p%20%C4%91%E1%BB%93ng.pdf');
  const { dossier } = await file(familyOf(0), [byUpload(body['id'] as string, LAND, { number: ' 12/HĐ ' }), { typeCode: 'TO_KHAI_CU_TRU_CT01', source: { register: { number: '1', issuedOn: '2025-02-01', issuer: 'Công an xã' } } }]);
  const [contract, form] = dossier.papers as [Loose, Loose];
  expect(contract).toMatchObject({ typeCode: LAND, title: 'Giấy tờ chứng minh chỗ ở hợp pháp', name: 'Hợp đồng.pdf', origin: 'UPLOAD', system: null, asOf: body['keptAt'], fromDossier: null, number: '12/HĐ', issuedOn: null, stage: 'SUBMISSION', mediaType: 'application/pdf', size: 30_000, sha256: sha256(content) });
  expect(form).toMatchObject({ origin: 'REGISTER', name: null, number: '1', issuedOn: '2025-02-01', issuer: 'Công an xã', mediaType: null, size: null, sha256: null, url: null, expiresAt: null });
  const opened = await fetch(new URL(contract['url'] as string, hub.hub.url));
  expect([opened.status, opened.headers.get('content-type'), opened.headers.get('content-disposition')]).toEqual([200, 'application/pdf', expect.stringContaining("filename*=UTF-8''H%E1%BB%A3p%20%C4%91%E1%BB%93ng.pdf")]);
  expect(Buffer.from(await opened.arrayBuffer()).equals(content)).toBe(true);
  expect(readRows(hub, "SELECT stage, fields FROM audit WHERE operation = 'hub.paper'")).toEqual([{ stage: 'answered', fields: JSON.stringify([LAND]) }]);
  expect(JSON.stringify(readRows(hub, "SELECT * FROM audit WHERE operation = 'hub.paper'"))).not.toContain(familyOf(0).mother.personalId);
});

test('an upload that does not exist, is somebody else’s, was used before or is named twice is named with its field; nothing is written', async () => {
  const [used, foreign, twice] = [await uploaded(), await uploaded(), await uploaded()];
  await file(familyOf(1), [byUpload(used)]);
  spoilRows(hub, "UPDATE paper SET owner = 'somebody-else' WHERE id = ?", foreign);
  const before = countRows(hub);
  const result = await file(familyOf(1), [byUpload('never-given-out'), byUpload(foreign), byUpload(used), byUpload(used, NOTICE), byUpload(twice), byUpload(twice)]);
  expect(result['issues'].map(({ path, code }: Loose) => `${path} ${code}`)).toEqual([
    'papers.0.source.upload.id UNKNOWN_CODE',
    'papers.1.source.upload.id UNKNOWN_CODE',
    'papers.2.source.upload.id CONTRADICTION',
    'papers.3.source.upload.id CONTRADICTION',
    'papers.5.source.upload.id CONTRADICTION',
  ]);
  const [absent, theirs, , otherType] = result['issues'] as [Loose, Loose, Loose, Loose];
  expect({ ...absent, path: '' }).toEqual({ ...theirs, path: '' }); // whether it exists is nobody's business
  expect(otherType['message']).toBe(`This file was used for another type of paper (${LAND}).`);
  expect(countRows(hub)).toEqual(before);
});

test.each([
  ['a type that is no code', { typeCode: 'giấy', source: { stored: { dossier: 'x' } } }, 'papers.0.typeCode', 'MALFORMED'],
  ['a day that does not exist', byUpload('x', LAND, { issuedOn: '2025-02-30' }), 'papers.0.source.upload.issuedOn', 'IMPOSSIBLE_DATE'],
  ['a day that has not come', byUpload('x', LAND, { issuedOn: '2025-03-04' }), 'papers.0.source.upload.issuedOn', 'IN_FUTURE'],
  ['an empty number', byUpload('x', LAND, { number: ' ' }), 'papers.0.source.upload.number', 'MALFORMED'],
  ['an issuer without end', { typeCode: LAND, source: { register: { number: '1', issuedOn: '2025-02-01', issuer: 'x'.repeat(201) } } }, 'papers.0.source.register.issuer', 'OUT_OF_RANGE'],
])('%s is named with its field', async (_, paper, path, code) => {
  expect((await file(familyOf(1), [paper]))['issues']).toContainEqual(expect.objectContaining({ path, code }));
});

test('online an application without a paper that the procedure demands is sent back with the type that is missing; at the counter the officer looks', async () => {
  const { data } = await hub.ask('{ procedure(code: "1.004222") { papers { typeCode required demandedOnline } } }');
  expect(data?.['procedure'].papers).toMatchObject([{ typeCode: 'TO_KHAI_CU_TRU_CT01', required: true, demandedOnline: false }, { typeCode: LAND, required: true, demandedOnline: true }, { required: false, demandedOnline: false }]);
  const online = await file(familyOf(1), [byUpload(await uploaded(), NOTICE)], { channel: 'ONLINE' });
  expect(online['issues']).toEqual([{ path: 'papers', code: 'REQUIRED', message: `Proof of a lawful place to live (${LAND}) is missing.`, expected: `a paper of the type ${LAND}: upload, stored or register` }]);
  expect(await file(familyOf(1), [byUpload(await uploaded())], { channel: 'ONLINE' })).toMatchObject({ __typename: 'DossierAccepted' });
  expect(await file(familyOf(1), [])).toMatchObject({ __typename: 'DossierAccepted' });
});

test('fifty-one papers are too many', async () => {
  const register = { typeCode: LAND, source: { register: { number: '1', issuedOn: '2025-02-01', issuer: 'A' } } };
  expect((await file(familyOf(1), Array(51).fill(register)))['issues']).toEqual([expect.objectContaining({ path: 'papers', code: 'OUT_OF_RANGE' })]);
});

test('of two applications with the same upload at once one gets it and the other hears so', async () => {
  const id = await uploaded();
  const results = await Promise.all([file(familyOf(2), [byUpload(id)]), file(familyOf(2), [byUpload(id)])]);
  expect(new Set(results.map(({ __typename }) => __typename as string))).toEqual(new Set(['DossierAccepted', 'InvalidInput']));
  expect(readRows(hub, 'SELECT * FROM dossier_paper WHERE paper = ?', id)).toHaveLength(1);
});

test('the same request twice under one key attaches once and gives the first answer', async () => {
  const papers = [byUpload(await uploaded())];
  const idempotencyKey = nextKey();
  const [first, second] = [await file(familyOf(2), papers, { idempotencyKey }), await file(familyOf(2), papers, { idempotencyKey })];
  expect(second['dossier'].code).toBe(first['dossier'].code);
  expect(second['dossier'].papers).toHaveLength(1);
});

test('a paper handed in before is not asked for again: it is taken from the earlier dossier, and says so for ever', async () => {
  const family = familyOf(3);
  const first = (await file(family, [byUpload(await uploaded(PNG), LAND, { number: '7' })]))['dossier'];
  hub.clock.moveTo('2025-03-03T02:00:00.000Z');
  const second = (await file(family, [byStored(first.code as string)]))['dossier'];
  const third = (await file(family, [byStored(second.code as string)]))['dossier'];
  for (const { papers } of [second, third]) {
    expect(papers).toMatchObject([{ origin: 'STORED', fromDossier: first.code, asOf: first.papers[0].asOf, number: '7', mediaType: 'image/png', sha256: sha256(PNG) }]);
    expect((await fetch(new URL(papers[0].url as string, hub.hub.url))).status).toBe(200);
  }
  expect(third.papers[0].addedAt > first.papers[0].addedAt).toBe(true);
});

test('a stranger’s paper is no paper of the applicant: the answer is the same as for a dossier that does not exist', async () => {
  const { dossier } = await file(familyOf(4), [byUpload(await uploaded())]);
  const result = await file(familyOf(5), [byStored(dossier.code as string), byStored('000.17.23.H01-250101-9999')]);
  const [theirs, absent] = result['issues'] as [Loose, Loose];
  expect(theirs).toMatchObject({ path: 'papers.0.source.stored.dossier', code: 'UNKNOWN_CODE' });
  expect({ ...theirs, path: '' }).toEqual({ ...absent, path: '' });
  const own = await file(familyOf(4), [byStored(dossier.code as string, NOTICE)]);
  expect(own['issues']).toEqual([expect.objectContaining({ path: 'papers.0.source.stored.dossier', code: 'UNKNOWN_CODE', expected: `what it has: ${LAND}` })]);
});

test('an enterprise’s papers are the enterprise’s: the person who filed for it cannot use them as their own', async () => {
  const { code } = (await file(familyOf(4), [byUpload(await uploaded())]))['dossier'];
  spoilRows(hub, "UPDATE dossier SET enterprise = '0100109106' WHERE code = ?", code);
  expect((await file(familyOf(4), [byStored(code as string)]))['issues']).toEqual([expect.objectContaining({ path: 'papers.0.source.stored.dossier', code: 'UNKNOWN_CODE' })]);
});

test('what is added after a request for more stands beside the rest as a supplement', async () => {
  const { code } = (await file(familyOf(6), [byUpload(await uploaded())]))['dossier'];
  await act('acceptDossier', { code });
  await act('requestSupplement', { code, what: 'Bản rõ hơn' });
  const unknown = await act('supplementDossier', { code, note: 'x', papers: [byUpload('never-given-out')] });
  expect(unknown).toMatchObject({ __typename: 'InvalidInput', issues: [{ path: 'papers.0.source.upload.id' }] });
  const { dossiers } = await act('supplementDossier', { code, note: 'Bản rõ hơn', papers: [byUpload(await uploaded(JPEG))] });
  expect(dossiers[0]).toMatchObject({ status: 'ACCEPTED', papers: [{ stage: 'SUBMISSION' }, { stage: 'SUPPLEMENT', mediaType: 'image/jpeg' }] });
});

const notice = (form: Loose, source: Loose) => ({ ...form, birthNotice: { typeCode: NOTICE, source } });

test('an uploaded notice of birth goes along to civil status with its number and day, and stands at the act that uses it', async () => {
  const content = pdf('notice', 40_000);
  const { body } = await upload(hub, content, {}, '?name=gcs.pdf');
  const stated = { number: 'GCS-77', issuedOn: '2025-02-27', issuer: 'Bệnh viện Sản Nhi' };
  const { code } = await hub.file(familyOf(7), { change: (form: Loose) => notice(form, { upload: { id: body['id'] as string, ...stated } }) });
  const run = await hub.ended(code as string);
  expect(run).toMatchObject({ state: 'FINISHED', incidents: [] });
  const birth = run['dossiers'].find((one: Loose) => one['act'] === 'birth').code as string;
  expect(await papersOf(birth)).toMatchObject([{ typeCode: NOTICE, title: 'Giấy chứng sinh', origin: 'UPLOAD', ...stated, sha256: sha256(content) }]);
  expect(attachmentsAt(birth)).toEqual([{ tenGiayTo: 'Giấy chứng sinh', tenTepDinhKem: 'gcs.pdf', loaiGiayTo: NOTICE, duLieuTepDinhKem: content.toString('base64') }]);
  expect(run['dossiers']).toHaveLength(3);
  for (const { code: other } of run['dossiers'].filter((one: Loose) => one['act'] !== 'birth')) expect(await papersOf(other as string)).toEqual([]);

  const certificate = (await file(familyOf(7), [byStored(code as string, 'KQ.G15.000031')]))['dossier']; // what the province issued is not asked for either
  expect(certificate.papers).toMatchObject([{ origin: 'STORED', system: 'CIVIL_STATUS', fromDossier: birth, number: expect.stringMatching(/^\d+\/2025$/) as string, name: null, sha256: null }]);
  const opened = await fetch(new URL(certificate.papers[0].url as string, hub.hub.url));
  expect([opened.status, opened.headers.get('content-type')]).toEqual([200, 'application/pdf']);
});

test('a notice of birth without number or day, or of a day before the birth, is sent back with what is missing', async () => {
  const bare = await hub.file(familyOf(8), { key: nextKey(), change: (form: Loose) => notice(form, { upload: { id: 'x' } }) });
  expect(bare['issues'].map(({ path, code }: Loose) => `${path} ${code}`)).toEqual([
    'form.birth.birthNotice.source.upload.number REQUIRED',
    'form.birth.birthNotice.source.upload.issuedOn REQUIRED',
    'form.birth.birthNotice.source.upload.id UNKNOWN_CODE',
  ]);
  const id = await uploaded();
  const early = await hub.file(familyOf(8), { key: nextKey(), change: (form: Loose) => notice(form, { upload: { id, number: '1', issuedOn: '2025-02-01' } }) });
  expect(early['issues']).toMatchObject([{ path: 'form.birth.birthNotice.source.upload.issuedOn', code: 'CONTRADICTION' }]);
  expect(readRows(hub, 'SELECT attached_at FROM paper WHERE id = ?', id)).toEqual([{ attached_at: null }]); // it can still be used
});

test('a stored notice of birth serves a linked application when it says its number and day, and is sent back when it does not', async () => {
  const family = familyOf(9);
  const stated = (await file(family, [byUpload(await uploaded(), NOTICE, { number: 'GCS-9', issuedOn: '2025-02-27' })]))['dossier'].code as string;
  const bare = (await file(family, [byUpload(await uploaded(), NOTICE)]))['dossier'].code as string;
  const source = (dossier: string) => ({ key: nextKey(), change: (form: Loose) => notice(form, { stored: { dossier } }) });
  expect((await hub.file(family, source(bare)))['issues']).toMatchObject([{ path: 'form.birth.birthNotice.source.stored.dossier', code: 'REQUIRED' }]);
  expect((await hub.file(familyOf(10), source(stated)))['issues']).toMatchObject([{ path: 'form.birth.birthNotice.source.stored.dossier', code: 'UNKNOWN_CODE' }]);
  const run = await hub.ended((await hub.file(family, source(stated)))['code'] as string);
  const birth = run['dossiers'].find((one: Loose) => one['act'] === 'birth').code as string;
  expect(await papersOf(birth)).toMatchObject([{ origin: 'STORED', fromDossier: stated, number: 'GCS-9' }]);
  expect(attachmentsAt(birth)).toHaveLength(1);
});

test('a rehearsal looks papers up and uses none', async () => {
  const id = await uploaded();
  const form = birthFormOf(familyOf(11), hub.clock.now());
  const rehearse = async (source: Loose) => (await hub.ask(`query ($input: RehearseBundleInput!) { rehearseBundle(input: $input) { ${ISSUES} } }`, { input: { form: { birth: notice(form, source) } } })).data?.['rehearseBundle'];
  const facts = { number: '1', issuedOn: form.child.birthDate };
  expect(await rehearse({ upload: { id: 'never', ...facts } })).toMatchObject({ __typename: 'InvalidInput', issues: [{ path: 'form.birth.birthNotice.source.upload.id' }] });
  expect(await rehearse({ upload: { id, ...facts } })).toMatchObject({ __typename: 'BundleRehearsal' });
  expect(readRows(hub, 'SELECT attached_at FROM paper WHERE id = ?', id)).toEqual([{ attached_at: null }]);
});

test('a corrected notice takes the place of the first, a further paper goes along, and one upload is not both', async () => {
  hub.ministries.byName['civil-status'].decide([{ contains: 'Lê Bản Mờ', outcome: 'supplementThenDone', reason: 'Giấy chứng sinh mờ' }]);
  const facts = { number: 'GCS-12', issuedOn: '2025-02-27' };
  const { code } = await hub.file(familyOf(12), { childName: 'Lê Bản Mờ' });
  await hub.reached(code as string, 'birth', 'SUPPLEMENT_REQUESTED');
  const { data } = await hub.ask('query ($code: String!) { bundleRun(code: $code) { dossiers { code act } } }', { code });
  const birth = data?.['bundleRun'].dossiers[0].code as string;
  const [clear, further] = [await uploaded(pdf('clear')), await uploaded(PNG)];
  const correction = { birthNotice: { typeCode: NOTICE, source: { upload: { id: clear, ...facts } } } };
  const both = await act('supplementDossier', { code: birth, note: 'Bản rõ', corrections: correction, papers: [byUpload(clear)] });
  expect(both['issues']).toMatchObject([{ path: 'papers.0.source.upload.id', code: 'CONTRADICTION' }]);
  expect(await act('supplementDossier', { code: birth, note: 'Bản rõ', corrections: correction, papers: [byUpload(further, 'GIAY_CHUNG_NHAN_KET_HON')] })).toMatchObject({ __typename: 'DossierChanged' });
  expect(await hub.ended(code as string)).toMatchObject({ state: 'FINISHED' });
  expect(await papersOf(birth)).toMatchObject([{ origin: 'REGISTER', stage: 'SUBMISSION' }, { origin: 'UPLOAD', stage: 'SUPPLEMENT', number: 'GCS-12' }, { typeCode: 'GIAY_CHUNG_NHAN_KET_HON', stage: 'SUPPLEMENT' }]);
  expect(attachmentsAt(birth).map(({ loaiGiayTo }) => loaiGiayTo as string)).toEqual([NOTICE, 'GIAY_CHUNG_NHAN_KET_HON']);
});

test('the papers of a page of fifty dossiers are one statement', async () => {
  const dossiers = Array.from({ length: 50 }, (_, index) => storedDossier(index + 1, { assignee: 'CB-GIAY-TO-01' }));
  await storeDossiers(hub, dossiers);
  const { store } = await openDatabase(hub.config.databaseUrl);
  const line = { typeCode: LAND, place: null, origin: 'REGISTER' as const, paper: null, document: null, number: '1', issuedOn: null, issuer: null, fromDossier: null, system: null, asOf: MONDAY, addedAt: MONDAY, stage: 'SUBMISSION' as const };
  await store.transact((rows) => rows.insert(dossierPaperTable, dossiers.map(({ code }) => ({ ...line, dossier: code }))));
  await store.close();
  const statements = await statementsDuring(async () => {
    const { data } = await hub.ask(`{ dossiers(first: 50, filter: { assignee: "CB-GIAY-TO-01" }) { edges { node { code ${PAPERS} } } } }`);
    expect(data?.['dossiers'].edges.map((edge: Loose) => edge['node'].papers.length)).toEqual(Array(50).fill(1));
  });
  expect(statements.filter((sql) => /"(dossier_)?paper"/.test(sql))).toHaveLength(1);
});

test('after a restart papers are where they were', async () => {
  const content = pdf('kept');
  const { code } = (await file(familyOf(13), [byUpload(await uploaded(content))]))['dossier'];
  await hub.restart();
  const [paper] = await papersOf(code as string);
  expect(Buffer.from(await (await fetch(new URL(paper?.['url'] as string, hub.hub.url))).arrayBuffer()).equals(content)).toBe(true);
});
