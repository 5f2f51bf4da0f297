import { afterAll, beforeAll, expect, test } from 'vitest';
import { demandedFor } from '../support/demanded.ts';
import { familyOf, startHub, type TestHub } from '../support/hub.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());

const RESULT = '__typename ... on DossierChanged { dossiers { code status statusCode dueAt assignee supplementUntil reason(lang: EN) inPerson { at what(lang: EN) } history { action to note(lang: EN) } } } ... on Failure { code message(lang: EN) issues { path code expected(lang: EN) } } ... on TransitionNotAllowed { status allowed }';
const LEFT_TO_THE_ENGINE = ['acceptDossier', 'requestSupplement', 'refuseDossier', 'finishDossier'];

let keys = 0;
const nextKey = () => `desk-${(keys += 1)}`;

async function act(mutation: string, input: Record<string, unknown>) {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const { data, errors } = await hub.ask(`mutation ($input: ${type}!) { ${mutation}(input: $input) { ${RESULT} ${LEFT_TO_THE_ENGINE.includes(mutation) ? '... on LinkedDossier { bundleCode }' : ''} } }`, { input: { idempotencyKey: nextKey(), ...input } });
  expect(errors).toBeUndefined();
  return data?.[mutation];
}

const person = ({ personalId, fullName, birthDate }: { personalId: string; fullName: string; birthDate: string }) => ({ personalId, fullName, birthDate });

async function file(index: number, { procedure = '1.004222', ...rest }: Record<string, unknown> & { readonly procedure?: string } = {}) {
  const family = familyOf(index);
  const input = { idempotencyKey: nextKey(), procedure, communeCode: family.commune, applicant: person(family.mother), papers: demandedFor(procedure), ...rest };
  const { data, errors } = await hub.ask('mutation ($input: SubmitDossierInput!) { submitDossier(input: $input) { __typename ... on DossierAccepted { cursor dossier { code status agencyCode channel inPerson { at what(lang: EN) } applicant { fullName } procedure { name } } } ... on Failure { code message(lang: EN) issues { path code expected(lang: EN) } } } }', { input });
  expect(errors).toBeUndefined();
  return data?.['submitDossier'];
}

test('an ordinary dossier lives from filing to the handing over of its result', async () => {
  const { dossier } = await file(0);
  expect(dossier).toMatchObject({ status: 'REGISTERED', channel: 'ONLINE' });
  const { code } = dossier;
  const accepted = await act('acceptDossier', { code });
  expect(accepted.dossiers[0]).toMatchObject({ status: 'ACCEPTED', dueAt: '2025-03-12T10:00:00.000Z' }); // 7 working days after Monday 3 March
  expect((await act('assignDossier', { code, assignee: 'CA-30280-02' })).dossiers[0]).toMatchObject({ status: 'IN_PROCESS', assignee: 'CA-30280-02' });
  expect((await act('finishDossier', { code, note: 'Đã đăng ký thường trú' })).dossiers[0]).toMatchObject({ status: 'FINISHED' });
  const returned = await act('returnResult', { code });
  expect(returned.dossiers[0].history.map((change: { action: string }) => change.action)).toEqual(['register', 'accept', 'process', 'finish', 'returnResult']);
});

test('a supplement is asked for once, stops the time, and counts it anew', async () => {
  const { dossier } = await file(1);
  const { code } = dossier;
  await act('acceptDossier', { code });
  const asked = await act('requestSupplement', { code, what: 'Bổ sung giấy tờ chứng minh chỗ ở hợp pháp' });
  expect(asked.dossiers[0]).toMatchObject({ status: 'SUPPLEMENT_REQUESTED', supplementUntil: '2025-03-12T10:00:00.000Z' });
  expect(await act('acceptDossier', { code })).toMatchObject({ __typename: 'TransitionNotAllowed', status: 'SUPPLEMENT_REQUESTED' });
  const supplemented = await act('supplementDossier', { code, note: 'Đã nộp hợp đồng thuê nhà' });
  expect(supplemented.dossiers[0]).toMatchObject({ status: 'ACCEPTED', supplementUntil: null });
  expect(await act('requestSupplement', { code, what: 'Thêm nữa' })).toMatchObject({ __typename: 'SupplementAlreadyRequested' });
  expect(await act('supplementDossier', { code, note: 'Thêm' })).toMatchObject({ __typename: 'TransitionNotAllowed', status: 'ACCEPTED' });
});

test('a dossier is refused at reception or in process, and its reason stays with it', async () => {
  const first = (await file(2)).dossier.code;
  expect((await act('refuseDossier', { code: first, reason: 'Không thuộc thẩm quyền' })).dossiers[0]).toMatchObject({ status: 'NOT_ACCEPTED', reason: 'Không thuộc thẩm quyền' });
  const second = (await file(3)).dossier.code;
  await act('acceptDossier', { code: second });
  expect(await act('refuseDossier', { code: second, reason: 'x' })).toMatchObject({ __typename: 'TransitionNotAllowed', allowed: ['process', 'requestSupplement', 'withdraw'] });
  await act('assignDossier', { code: second, assignee: 'CA-30280-02' });
  expect((await act('refuseDossier', { code: second, reason: 'Chỗ ở không hợp pháp' })).dossiers[0]).toMatchObject({ status: 'STOPPED' });
});

test('two officers who finish the same dossier at once: one does, the other hears where it stands', async () => {
  const { code } = (await file(4)).dossier;
  await act('acceptDossier', { code });
  await act('assignDossier', { code, assignee: 'CA-30280-02' });
  const results = await Promise.all([act('finishDossier', { code, note: 'A' }), act('finishDossier', { code, note: 'B' })]);
  expect(new Set(results.map((result) => result.__typename))).toEqual(new Set(['DossierChanged', 'TransitionNotAllowed']));
});

test('the same key gives the first answer, another body under it is refused', async () => {
  const { code } = (await file(5)).dossier;
  const key = nextKey();
  await act('acceptDossier', { idempotencyKey: key, code });
  expect(await act('acceptDossier', { idempotencyKey: key, code })).toMatchObject({ __typename: 'DossierChanged' });
  expect(await act('returnResult', { idempotencyKey: key, code })).toMatchObject({ __typename: 'IdempotencyKeyReused' });
});

test('the parts of a linked application are left to the engine, but may be assigned and handed over', async () => {
  const { code: bundle } = await hub.file(familyOf(6));
  const run = await hub.ended(bundle);
  const { code } = run['dossiers'][0];
  expect(await act('finishDossier', { code, note: 'x' })).toMatchObject({ __typename: 'LinkedDossier', bundleCode: bundle });
  expect((await act('assignDossier', { code, assignee: 'CB-30280-02' })).dossiers[0]).toMatchObject({ status: 'FINISHED', assignee: 'CB-30280-02' });
  expect((await act('returnResult', { code })).dossiers[0]).toMatchObject({ status: 'RETURNED' });
});

test('the queue of an officer comes by due date', async () => {
  const codes = [];
  for (const index of [7, 8, 9]) {
    const { code } = (await file(index)).dossier;
    await act('acceptDossier', { code });
    await act('assignDossier', { code, assignee: 'CA-HANG-DOI-01' });
    codes.push(code);
  }
  const { data } = await hub.ask('{ dossiers(filter: { assignee: "CA-HANG-DOI-01" }) { edges { node { code status } } } }');
  expect(new Set(data?.['dossiers'].edges.map((edge: { node: { code: string } }) => edge.node.code))).toEqual(new Set(codes));
});

test('a citizen withdraws an ordinary dossier', async () => {
  const { code } = (await file(10)).dossier;
  expect((await act('withdrawDossier', { code, reason: 'Đổi ý' })).dossiers[0]).toMatchObject({ status: 'WITHDRAWN' });
  expect(await act('withdrawDossier', { code, reason: 'Đổi ý lần nữa' })).toMatchObject({ __typename: 'TransitionNotAllowed', status: 'WITHDRAWN', allowed: [] });
});

const ordinary = ['1.001193', '1.000656', '2.000635', '1.000894', '1.004873', '2.000815', '1.004222', '1.004194', '1.003197', '1.001731', '1.001776', '1.001612', '2.001610', '3.000333'];

test.each(ordinary)('procedure %s is filed online at its own desk and lives by its own term, and a partly online one waits for who must come', async (procedure) => {
  const { data } = await hub.ask('query ($code: String!) { procedure(code: $code) { serviceLevel agency(commune: "30280") { alias } inPerson { at what(lang: EN) } term { amount unit } papers { required } result { name } } }', { code: procedure });
  const { serviceLevel, agency, inPerson, term, papers, result } = data?.['procedure'] ?? {};
  expect([papers.length > 0, result.name !== '']).toEqual([true, true]);
  const { dossier } = await file(11, { procedure, communeCode: '30280', channel: 'ONLINE' });
  const { code } = dossier;
  expect(dossier.agencyCode).toBe(agency.alias);
  expect(dossier.inPerson).toEqual(inPerson);
  expect(serviceLevel === 'PARTIAL').toBe(inPerson.length > 0);
  const needs = (at: string) => inPerson.find((step: { at: string }) => step.at === at)?.what as string | undefined;
  const lives = async (mutation: string, at: string, status: string, rest: object = {}) => {
    if (needs(at)) {
      const waits = await act(mutation, { code, ...rest });
      expect(waits).toMatchObject({ __typename: 'InvalidInput', issues: [{ path: 'inPersonDone', code: 'NOT_ALLOWED_NOW' }] });
    }
    const [after] = (await act(mutation, { code, ...rest, ...(needs(at) && { inPersonDone: true }) })).dossiers;
    expect(after).toMatchObject({ status });
    return after;
  };
  const { dueAt } = await lives('acceptDossier', 'ACCEPT', 'ACCEPTED');
  const { data: counted } = await hub.ask('query ($amount: Int!, $unit: DueUnit!) { dueDate(receivedAt: "2025-03-03T08:00:30+07:00", amount: $amount, unit: $unit) { dueAt } }', term);
  expect(dueAt).toBe(counted?.['dueDate'].dueAt);
  await act('assignDossier', { code, assignee: 'CB-30280-02' });
  await lives('finishDossier', 'FINISH', 'FINISHED', { note: 'Đã giải quyết' });
  const returned = await lives('returnResult', 'RETURN', 'RETURNED');
  expect(returned.inPerson).toEqual([]);
  const notes = returned.history.flatMap(({ note }: { note: string | null }) => (note?.includes('Done in person') ? [note.split('Done in person: ')[1]] : []));
  expect(notes).toEqual(inPerson.map(({ what }: { what: string }) => what));
});

test('the fifteen ordinary procedures of the day are both fully and partly online, and each has a desk', async () => {
  const { data } = await hub.ask('{ procedures { code serviceLevel applicants parts { act } agency(commune: "30280") { code } } }');
  const alone = data?.['procedures'].filter(({ parts }: { parts: unknown[] }) => parts.length === 0) as { code: string; serviceLevel: string; applicants: string[]; agency: unknown }[];
  expect(alone.map(({ code }) => code)).toEqual([...ordinary, '2.002041'].sort());
  expect(alone.filter(({ agency }) => agency === null)).toEqual([]);
  expect(alone.filter(({ serviceLevel }) => serviceLevel === 'PARTIAL').map(({ code }) => code)).toEqual(['1.000894', '1.001776', '2.000815']);
});

test('who files a partly online procedure at the counter is there already', async () => {
  const { dossier } = await file(13, { procedure: '2.000815', channel: 'COUNTER' });
  expect(dossier.inPerson).toEqual([]);
  expect(await act('acceptDossier', { code: dossier.code })).toMatchObject({ __typename: 'DossierChanged' });
});

test.each([
  ['an unknown procedure', { procedure: '9.999999' }, 'procedure', 'UNKNOWN_CODE'],
  ['a linked procedure', { procedure: '2.002621' }, 'procedure', 'NOT_ALLOWED_NOW'],
  ['an unknown commune', { communeCode: '99999' }, 'communeCode', 'UNKNOWN_CODE'],
  ['a way of filing that is not offered', { channel: 'POSTAL' }, 'channel', 'NOT_ALLOWED_NOW'],
  ['a malformed number', { applicant: { personalId: '12', fullName: 'A', birthDate: '1990-01-01' } }, 'applicant.personalId', 'MALFORMED'],
  ['an impossible date', { applicant: { personalId: '089190000001', fullName: 'A', birthDate: '1990-02-30' } }, 'applicant.birthDate', 'IMPOSSIBLE_DATE'],
  ['somebody whom the register does not know', { applicant: { personalId: '089190000001', fullName: 'Không Có Ai', birthDate: '1990-01-01' } }, 'applicant', 'NOT_IN_REGISTER'],
])('%s is named, with the field and what would be right', async (_, change, path, code) => {
  const result = await file(12, change);
  expect(result).toMatchObject({ __typename: 'InvalidInput' });
  expect(result.issues).toContainEqual(expect.objectContaining({ path, code, expected: expect.stringMatching(/.+/) as string }));
});
