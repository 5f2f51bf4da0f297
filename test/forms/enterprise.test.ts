import { afterAll, beforeAll, expect, test } from 'vitest';
import { inventFirms } from '../../mocks/business/invent.ts';
import type { StatusName } from '../../mocks/business/firm.ts';
import { familyOf, startHub, type TestHub } from '../support/hub.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());

const { firms } = inventFirms();
const firmThatIs = (status: StatusName, branches = 0) => firms.find((firm) => firm.status === status && firm.branches.length >= branches) ?? expect.fail(`no invented firm is ${status}`);
const active = firmThatIs('Đang hoạt động', 2);

const SHOWN = 'code agencyCode enterpriseNumber business { name status registrationNumber source } applicant { fullName }';

let keys = 0;
async function file(rest: Record<string, unknown>, shown = SHOWN) {
  const { personalId, fullName, birthDate } = familyOf(20).mother;
  const input = { idempotencyKey: `enterprise-${(keys += 1)}`, procedure: '2.002041', communeCode: '30280', applicant: { personalId, fullName, birthDate }, ...rest };
  const { data, errors } = await hub.ask(
    `mutation ($input: SubmitDossierInput!) { submitDossier(input: $input) { __typename
      ... on DossierAccepted { dossier { ${shown} } }
      ... on Failure { issues { path code vi: message message(lang: EN) expected(lang: EN) } } } }`,
    { input },
  );
  expect(errors).toBeUndefined();
  return data?.['submitDossier'];
}

test('a person files in the name of an enterprise, and the dossier leads to it', async () => {
  const { dossier } = await file({ enterprise: ` ${active.code} ` });
  expect(dossier).toMatchObject({
    agencyCode: '000.00.00.H01',
    enterpriseNumber: active.code,
    business: { name: active.name, status: 'ACTIVE', registrationNumber: active.code, source: 'BUSINESS' },
    applicant: { fullName: familyOf(20).mother.fullName.toLocaleUpperCase('vi') },
  });
});

test('a branch files in its own name, and has its own dossiers', async () => {
  const [branch] = active.branches;
  const { dossier } = await file({ enterprise: branch?.code });
  expect(dossier.business).toMatchObject({ name: branch?.name });
  const { data } = await hub.ask('query ($branch: String!) { business(registrationNumber: $branch) { dossiers { edges { node { code } } } parent { dossiers { edges { node { enterpriseNumber } } } } } }', { branch: branch?.code });
  expect(data?.['business'].dossiers.edges).toEqual([{ node: { code: dossier.code } }]);
  const { edges } = data?.['business'].parent.dossiers ?? {};
  for (const { node } of edges) expect(node.enterpriseNumber).toBe(active.code);
});

test.each([
  ['a check digit that does not fit', { enterprise: '0100109107' }, 'CONTRADICTION'],
  ['a personal number in its place', { enterprise: '089195990001' }, 'MALFORMED'],
  ['no enterprise where one is needed', {}, 'REQUIRED'],
  ['an enterprise where only persons may file', { enterprise: active.code, procedure: '1.004222' }, 'NOT_ALLOWED_NOW'],
  ['an enterprise that nobody registered', { enterprise: '1699900018' }, 'NOT_IN_REGISTER'],
  ['one that suspended its business', { enterprise: firmThatIs('Tạm ngừng kinh doanh').code }, 'NOT_ALLOWED_NOW'],
  ['one that was dissolved', { enterprise: firmThatIs('Đã giải thể').code }, 'NOT_ALLOWED_NOW'],
  ['one whose certificate was taken away', { enterprise: firmThatIs('Bị thu hồi GCN ĐKDN').code }, 'NOT_ALLOWED_NOW'],
])('%s is a named failure, and nothing is stored', async (_, rest, code) => {
  const before = await hub.ask('{ dossiers(first: 100) { edges { node { code } } } }');
  const result = await file(rest);
  expect(result).toMatchObject({ __typename: 'InvalidInput', issues: [{ path: 'enterprise', code, message: expect.any(String), expected: expect.stringMatching(/.+/) }] });
  expect(await hub.ask('{ dossiers(first: 100) { edges { node { code } } } }')).toEqual(before);
});

test('one that has ceased is told apart from one that never was, in the register’s own words', async () => {
  const [ceased] = (await file({ enterprise: firmThatIs('Đã giải thể').code })).issues;
  expect(ceased.vi).toContain('Đã giải thể');
});

test.each(['Đang làm thủ tục giải thể', 'Không còn hoạt động tại địa chỉ đã đăng ký'] as const)('an enterprise in the state "%s" may still settle its matters', async (status) => {
  expect(await file({ enterprise: firmThatIs(status).code })).toMatchObject({ __typename: 'DossierAccepted' });
});

test('a dark enterprise register loses no application: it is taken, and the officer sees the state once the register answers', async () => {
  const suspended = firmThatIs('Tạm ngừng kinh doanh');
  hub.ministries.byName.business.script([{ match: {}, do: 'html' }]);
  const { dossier } = await file({ enterprise: suspended.code }, 'code status');
  expect(dossier.status).toBe('REGISTERED');
  hub.ministries.byName.business.script([]);
  const { data } = await hub.ask('query ($code: String!) { dossier(code: $code) { business { status } } }', { code: dossier.code });
  expect(data?.['dossier'].business).toEqual({ status: 'SUSPENDED' });
});
