import { afterAll, beforeAll, expect, test } from 'vitest';
import { birthFormOf } from '../../mocks/application.ts';
import type { AuditLine } from '../../src/access/audit.ts';
import { LINK_LIFE_MS } from '../../src/dossiers/link.ts';
import { dateInWords } from '../../src/kit/date-words.ts';
import { later } from '../../src/kit/instant.ts';
import { readRows, spoilRows, storeDossiers, storedDossier } from '../graph/house.ts';
import { demandedFor } from '../support/demanded.ts';
import { SUBMIT, familyOf, startHub, type TestHub } from '../support/hub.ts';
import { statementsDuring } from '../support/statements.ts';
import { pdfText } from './pdf-text.ts';

const PURPOSE = 'procedure=1.004222; officer=CA-30280-01';
const DOCUMENTS = 'kind typeCode title issuedAt url expiresAt';

interface Told {
  readonly kind: string;
  readonly typeCode: string | null;
  readonly title: string;
  readonly issuedAt: string;
  readonly url: string;
  readonly expiresAt: string;
}

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub({ env: { SANDBOX_PURPOSE: '' } });
});
afterAll(() => hub.close());

let keys = 0;
async function ask(query: string, variables: Record<string, unknown> = {}): Promise<Record<string, any>> { // eslint-disable-line @typescript-eslint/no-explicit-any -- answers are looked into by path
  const { data, errors } = await hub.ask(query, variables, PURPOSE);
  expect(errors).toBeUndefined();
  return data ?? {};
}

async function act(mutation: string, input: Record<string, unknown>): Promise<{ dueAt: string; supplementUntil: string }> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const data = await ask(`mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename ... on DossierChanged { dossiers { dueAt supplementUntil } } ... on Failure { code } } }`, { input: { idempotencyKey: `documents-${(keys += 1)}`, ...input } });
  expect(data[mutation]).toMatchObject({ __typename: 'DossierChanged' });
  return data[mutation].dossiers[0];
}

async function file(index: number): Promise<{ code: string; applicant: string }> {
  const { mother, commune } = familyOf(index);
  const { personalId, fullName, birthDate } = mother;
  const data = await ask('mutation ($input: SubmitDossierInput!) { submitDossier(input: $input) { ... on DossierAccepted { dossier { code } } ... on Failure { issues { path code } } } }', { input: { idempotencyKey: `documents-${(keys += 1)}`, procedure: '1.004222', communeCode: commune, applicant: { personalId, fullName, birthDate }, papers: demandedFor('1.004222') } });
  return { code: data['submitDossier'].dossier.code, applicant: fullName };
}

const documentsOf = async (code: string): Promise<Told[]> => (await ask(`query ($code: String!) { dossier(code: $code) { documents { ${DOCUMENTS} } } }`, { code }))['dossier'].documents;
const open = (url: string) => fetch(new URL(url, hub.hub.url));
const bytesOf = async (url: string) => Buffer.from(await (await open(url)).arrayBuffer());
const looks = () => readRows<AuditLine>(hub, `SELECT * FROM audit WHERE system = 'hub' ORDER BY id`);

/** The instant as the slips print it: Vietnam is seven hours ahead all year. */
const asPrinted = (instant: string) => later(instant, 7 * 3_600_000).replace(/^(\d+)-(\d+)-(\d+)T(\d+:\d+).*/, '$3/$2/$1 $4');

test('an ordinary dossier hands out its slips and its result, and their text is what the record says', async () => {
  const { code, applicant } = await file(0);
  expect(await documentsOf(code)).toEqual([]);
  const { dueAt } = await act('acceptDossier', { code });
  const { supplementUntil } = await act('requestSupplement', { code, what: 'Bổ sung giấy tờ chứng minh chỗ ở hợp pháp' });
  hub.clock.moveTo('2025-03-05T02:00:00.000Z');
  const again = await act('supplementDossier', { code, note: 'Đã nộp hợp đồng thuê nhà' });
  expect(again.dueAt > dueAt).toBe(true);
  await act('assignDossier', { code, assignee: 'CA-30280-02' });
  await act('finishDossier', { code, note: 'Đã đăng ký thường trú tại hộ Nguyễn Văn Đệ' });

  const documents = await documentsOf(code);
  expect(documents.map(({ kind, typeCode, title }) => [kind, typeCode, title])).toEqual([
    ['RECEPTION_SLIP', '01', 'Giấy tiếp nhận hồ sơ và hẹn trả kết quả'],
    ['SUPPLEMENT_SLIP', '02', 'Phiếu yêu cầu bổ sung, hoàn thiện hồ sơ'],
    ['RECEPTION_SLIP', '01', 'Giấy tiếp nhận hồ sơ và hẹn trả kết quả'],
    ['RESULT', null, 'Thông báo kết quả đăng ký thường trú'],
  ]);
  const texts = await Promise.all(documents.map(async ({ url }) => pdfText(await bytesOf(url))));
  const [first = '', asked = '', second = '', result = ''] = texts;
  for (const text of texts) {
    expect(text).toContain(`Người nộp hồ sơ ${applicant} Thủ tục Đăng ký thường trú (1.004222) Mã hồ sơ ${code}`);
    expect(text).toContain('DỮ LIỆU GIẢ LẬP');
  }
  expect(first).toContain('Mẫu số 01 (TT 01/2018/TT-VPCP)');
  expect(first).toContain(`Hình thức nộp Trực tuyến Thành phần hồ sơ 1. Giấy tờ chứng minh chỗ ở hợp pháp số 1 Thời gian nhận hồ sơ 03/03/2025 08:00 Thời gian hẹn trả kết quả ${asPrinted(dueAt)} Lệ phí 10.000 đồng`);
  expect(asked).toContain(`Nội dung bổ sung Bổ sung giấy tờ chứng minh chỗ ở hợp pháp Hạn bổ sung ${asPrinted(supplementUntil)}`);
  expect(second).toContain('đã tiếp nhận lại hồ sơ sau khi bổ sung');
  expect(second).toContain(`Thời gian hẹn trả kết quả ${asPrinted(again.dueAt)}`);
  expect(result).toContain(`Số: ${code}/KQ`);
  expect(result).toContain('Nội dung kết quả Đã đăng ký thường trú tại hộ Nguyễn Văn Đệ');

  const [slip] = documents;
  spoilRows(hub, 'UPDATE dossier SET due_at = ?, due = NULL WHERE code = ?', '2026-01-01T10:00:00.000Z', code); // as if the date were counted anew
  const [laterOn] = await documentsOf(code);
  expect((await bytesOf(laterOn?.url ?? '')).equals(await bytesOf(slip?.url ?? ''))).toBe(true);
});

test('a refusal is handed out with its reason, at reception as in process', async () => {
  const one = await file(1);
  await act('refuseDossier', { code: one.code, reason: 'Không thuộc thẩm quyền giải quyết' });
  const other = await file(2);
  await act('acceptDossier', { code: other.code });
  await act('assignDossier', { code: other.code, assignee: 'CA-30280-02' });
  await act('refuseDossier', { code: other.code, reason: 'Chỗ ở không hợp pháp' });
  const [early, late] = [(await documentsOf(one.code)).at(-1), (await documentsOf(other.code)).at(-1)];
  expect([early, late]).toMatchObject([{ kind: 'REFUSAL_SLIP', typeCode: '03' }, { kind: 'REFUSAL_SLIP', typeCode: '03' }]);
  expect(await pdfText(await bytesOf(early?.url ?? ''))).toContain(`Mã hồ sơ ${one.code} Lý do Không thuộc thẩm quyền giải quyết`);
  expect(await pdfText(await bytesOf(late?.url ?? ''))).toContain('Lý do Chỗ ở không hợp pháp');
});

test('a withdrawal hands out nothing more', async () => {
  const { code } = await file(3);
  await act('acceptDossier', { code });
  await act('withdrawDossier', { code, reason: 'Đổi ý' });
  expect((await documentsOf(code)).map(({ kind }) => kind)).toEqual(['RECEPTION_SLIP']);
});

test('each part of a birth application hands out a reception slip and its result; the certificate is the ministry’s own', async () => {
  const family = familyOf(4);
  const form = birthFormOf(family, hub.clock.now());
  const filed = await ask(SUBMIT, { input: { idempotencyKey: 'documents-birth', form: { birth: form } } });
  const { code } = filed['submitBundle'] as { code: string };
  await hub.happened(code, 'BUNDLE_FINISHED');
  const { bundleRun: run } = await ask(`query ($code: String!) { bundleRun(code: $code) { results { ... on BirthBundleResults { birth { personalId number } residence { noticeNumber } healthCard { number validTo } } } dossiers { code act documents { kind } results { ${DOCUMENTS} } } } }`, { code });
  expect(run.dossiers.map((dossier: { act: string; documents: object[]; results: Told[] }) => [dossier.act, dossier.documents.length, dossier.results.map(({ typeCode, title }) => [typeCode, title])])).toEqual([
    ['birth', 2, [['KQ.G15.000031', 'Giấy khai sinh']]],
    ['residence', 2, [[null, 'Thông báo kết quả đăng ký thường trú']]],
    ['healthCard', 2, [[null, 'Thẻ bảo hiểm y tế']]],
  ]);
  const child = form.child.fullName;
  const [birth = '', residence = '', card = ''] = await Promise.all(run.dossiers.map(async ({ results: [result] }: { results: [Told] }) => pdfText(await bytesOf(result.url))));
  expect(birth).toContain(`Họ, chữ đệm, tên: ${child} Ngày, tháng, năm sinh: ${form.child.birthDate.split('-').reverse().join('.')} (${dateInWords(form.child.birthDate)}) Giới tính`);
  expect(birth).toContain(`Số định danh cá nhân: ${run.results.birth.personalId}`);
  expect(residence).toContain(`Số: ${run.results.residence.noticeNumber}`);
  expect(residence).toContain(`Họ, chữ đệm và tên ${child}`);
  expect(card).toContain(`Mã số thẻ ${run.results.healthCard.number}`);
  expect(card).toContain('Nơi đăng ký KCB ban đầu Bệnh viện');
  const steps = readRows<{ act: string; result: string }>(hub, 'SELECT act, result FROM bundle_step WHERE run = ?', code);
  expect(steps.map(({ result }) => result).join()).not.toContain('JVBERi0'); // "%PDF-" in base64: the file is kept once, with its document
});

test('without a purpose a document is told of, but has no address', async () => {
  const { code } = await file(5);
  await act('acceptDossier', { code });
  const { data, errors } = await hub.ask(`query ($code: String!) { dossier(code: $code) { documents { ${DOCUMENTS} } } }`, { code });
  expect(data?.['dossier'].documents).toMatchObject([{ kind: 'RECEPTION_SLIP', url: null, expiresAt: null }]);
  expect(errors?.map(({ path, extensions }) => [path?.at(-1), extensions['code']])).toEqual([['url', 'PURPOSE_REQUIRED'], ['expiresAt', 'PURPOSE_REQUIRED']]);
});

test('a look is recorded under the purpose for which the address was made, and the address dies after five minutes', async () => {
  const { code } = await file(6);
  await act('acceptDossier', { code });
  const [slip] = await documentsOf(code);
  const before = looks().length;
  const response = await open(slip?.url ?? '');
  expect(response.headers.get('content-type')).toBe('application/pdf');
  expect(response.headers.get('content-disposition')).toContain(encodeURIComponent(`Giấy tiếp nhận hồ sơ và hẹn trả kết quả ${code}.pdf`));
  const [line, ...more] = looks().slice(before);
  expect(more).toEqual([]);
  expect(line).toMatchObject({ operation: 'hub.document', stage: 'answered', viewer: 'developer', purpose: JSON.stringify({ procedure: '1.004222', officer: 'CA-30280-01' }), fields: '["RECEPTION_SLIP 01"]' });
  expect(slip?.url).not.toContain(code);
  hub.clock.moveTo(later(hub.clock.now(), LINK_LIFE_MS));
  const expired = await open(slip?.url ?? '');
  expect([expired.status, await expired.json()]).toMatchObject([410, { code: 'LINK_EXPIRED' }]);
  expect((await open(`${slip?.url.slice(0, -2)}AA`)).status).toBe(404);
});

test('the documents of a page of fifty dossiers are one statement', async () => {
  const dossiers = Array.from({ length: 50 }, (_, index) => storedDossier(index + 1, { assignee: 'CB-TRANG-01', dueAt: '2025-03-10T10:00:00.000Z' }));
  await storeDossiers(hub, dossiers);
  const statements = await statementsDuring(async () => {
    const data = await ask(`{ dossiers(first: 50, filter: { assignee: "CB-TRANG-01" }) { edges { node { code documents { ${DOCUMENTS} } results { kind } } } } }`);
    expect(data['dossiers'].edges).toHaveLength(50);
  });
  expect(statements.filter((sql) => sql.includes('FROM "document"'))).toHaveLength(1);
});
