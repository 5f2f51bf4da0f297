import { afterAll, beforeAll, expect, test } from 'vitest';
import { familyOf, startHub, type TestHub } from '../support/hub.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());

const RESULT = '__typename ... on DossierChanged { dossiers { code status statusCode dueAt assignee supplementUntil reason(lang: EN) history { action to } } } ... on Failure { code message(lang: EN) issues { path code expected(lang: EN) } } ... on TransitionNotAllowed { status allowed }';
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

async function file(index: number, rest: Record<string, unknown> = {}) {
  const family = familyOf(index);
  const input = { idempotencyKey: nextKey(), procedure: '1.004222', communeCode: family.commune, applicant: person(family.mother), ...rest };
  const { data, errors } = await hub.ask('mutation ($input: SubmitDossierInput!) { submitDossier(input: $input) { __typename ... on DossierAccepted { cursor dossier { code status agencyCode channel applicant { fullName } procedure { name } } } ... on Failure { code message(lang: EN) issues { path code expected(lang: EN) } } } }', { input });
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

test.each(['1.001193', '1.000656', '2.000635', '1.000894', '1.004873', '2.000815', '1.004222', '1.004194', '1.003197', '1.001731', '1.001776', '1.001612', '3.000333', '2.001610'])('procedure %s is filed at its own desk and lives by its own term', async (procedure) => {
  const { data } = await hub.ask('query ($code: String!) { procedure(code: $code) { desk fees { channel } } }', { code: procedure });
  const result = await file(11, { procedure, channel: data?.['procedure'].fees[0]?.channel ?? 'ONLINE' });
  if (data?.['procedure'].desk === null) return expect(result.issues[0]).toMatchObject({ path: 'procedure', code: 'NOT_ALLOWED_NOW' });
  const accepted = await act('acceptDossier', { code: result.dossier.code });
  expect(accepted.dossiers[0].dueAt).not.toBeNull();
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
