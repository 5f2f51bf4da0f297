import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { auditTable, openAudit } from '../../src/access/audit.ts';
import { developer } from '../../src/access/viewer.ts';
import { openSqliteStore } from '../../src/database/sqlite-store.ts';
import { deliveriesPart, type Delivery } from '../../src/dossiers/delivery.ts';
import { LINK_LIFE_MS, linkOf } from '../../src/dossiers/link.ts';
import type { Clock } from '../../src/kit/clock.ts';
import { later } from '../../src/kit/instant.ts';
import { openLog } from '../../src/kit/log.ts';
import { gather, supply } from '../../src/kit/part.ts';
import { createSeal } from '../../src/kit/seal.ts';
import type { Store } from '../../src/kit/store.ts';
import { attachment } from '../../src/server/attachment.ts';
import { answerLook } from '../../src/server/deliver.ts';

const purpose = { procedure: '1.004222', officer: 'CB-30280-01' };
const seal = createSeal(Buffer.alloc(32, 7));
let now = '2025-03-03T01:00:00.000Z';
const clock: Clock = { now: () => now, sleepUntil: () => Promise.resolve() };
const paper: Delivery = { fileName: 'Hợp đồng "thuê" nhà đất.pdf', mediaType: 'application/pdf', length: 5, about: ['089190000001'], fields: ['CT01'], open: () => Promise.resolve(Readable.from([Buffer.from('%PDF-')])) };
const linkTo = (id: string, by = seal) => linkOf({ seal: by, clock, viewer: developer, purpose }, { kind: 'paper', id }).url;

const folder = mkdtempSync(join(tmpdir(), 'lienthong-'));
let store: Store;
let isAuditDark = false;
let base = '';
const server = createServer((request, response) => {
  const audit = openAudit(isAuditDark ? { ...store, transact: () => Promise.reject(new Error('the store cannot write')) } : store, clock, seal);
  const paperOf = (id: string) => (id === 'broken' ? Promise.reject(new Error('the store of bytes is dark')) : Promise.resolve(id === 'known' ? paper : undefined));
  void answerLook({ seal, clock, log: openLog('silent'), parts: gather([supply(deliveriesPart, () => ({ paper: paperOf }))]) }, audit, request, response);
});
beforeAll(async () => {
  store = await openSqliteStore(join(folder, 'hub.sqlite'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  isAuditDark = false;
});

const look = (url: string, init: RequestInit = {}) => fetch(`${base}${url}`, init);
const lines = () => store.read().find(auditTable, { order: { id: 'ASC' } });

test('a link hands out the bytes, taken for nothing else and kept by nobody on the way', async () => {
  const response = await look(linkTo('known'));
  expect(response.status).toBe(200);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'content-type': 'application/pdf',
    'content-length': '5',
    'cache-control': 'private, no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': expect.stringContaining('sandbox') as string,
    'content-disposition': `attachment; filename="Hop dong _thue_ nha dat.pdf"; filename*=UTF-8''H%E1%BB%A3p%20%C4%91%E1%BB%93ng%20%22thu%C3%AA%22%20nh%C3%A0%20%C4%91%E1%BA%A5t.pdf`,
  });
  expect(await response.text()).toBe('%PDF-');
});

test('every look leaves its line, with viewer and purpose of the link, and without the person or the bytes', async () => {
  const before = (await lines()).length;
  await look(linkTo('known'));
  const [line, ...more] = (await lines()).slice(before);
  expect(more).toEqual([]);
  expect(line).toMatchObject({ system: 'hub', operation: 'hub.paper', stage: 'answered', viewer: 'developer', purpose: JSON.stringify(purpose), fields: '["CT01"]', about: JSON.stringify([seal.fingerprint('089190000001')]), detail: 'known GET 5 bytes' });
  expect(JSON.stringify(line)).not.toMatch(/089190000001|%PDF/);
});

test('HEAD tells the same without the bytes, and is a look too', async () => {
  const before = (await lines()).length;
  const response = await look(linkTo('known'), { method: 'HEAD' });
  expect([response.status, response.headers.get('content-length'), await response.text()]).toEqual([200, '5', '']);
  expect((await lines()).slice(before).map(({ detail }) => detail)).toEqual(['known HEAD 5 bytes']);
});

test('where the look cannot be recorded, no byte goes', async () => {
  isAuditDark = true;
  const response = await look(linkTo('known'));
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '30']);
  expect(await response.json()).toMatchObject({ code: 'NOT_NOW', vi: expect.stringContaining('thử lại') as string });
});

test('bytes that cannot be found now are promised for later, those that are gone are not', async () => {
  expect((await look(linkTo('broken'))).status).toBe(503);
  const gone = await look(linkTo('gone'));
  expect([gone.status, await gone.json()]).toMatchObject([404, { code: 'LINK_UNKNOWN' }]);
});

test('a link opens for five minutes, not a moment longer, and says so in both languages', async () => {
  const url = linkTo('known');
  now = later(now, LINK_LIFE_MS - 1);
  expect((await look(url)).status).toBe(200);
  now = later(now, 1);
  const expired = await look(url);
  expect(expired.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  expect([expired.status, await expired.json()]).toEqual([410, { status: 410, code: 'LINK_EXPIRED', title: 'The link has expired; take a new one from the dossier.', vi: 'Liên kết đã hết hạn; xin lấy liên kết mới từ hồ sơ.', en: 'The link has expired; take a new one from the dossier.' }]);
  expect((await lines()).at(-1)).toMatchObject({ stage: 'refused', detail: 'known expired' });
});

test.each([
  ['another hub’s link', () => linkTo('known', createSeal(Buffer.alloc(32, 8)))],
  ['a link with one letter changed', () => linkTo('known').replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'))],
  ['another of the hub’s words', () => `/papers/${seal.close('cursor', '{"kind":"paper","id":"known"}')}`],
  ['no link', () => '/papers/'],
  ['a path', () => '/papers/..%2f..%2fetc%2fpasswd'],
])('%s opens nothing', async (_, urlOf) => {
  const response = await look(urlOf());
  expect([response.status, await response.json()]).toMatchObject([404, { code: 'LINK_UNKNOWN' }]);
});

test('another method is told what is taken', async () => {
  const response = await look(linkTo('known'), { method: 'DELETE' });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
});

test('nothing can be read out of a link, and it is made for a stated purpose only', () => {
  expect(linkTo('known')).toMatch(/^\/papers\/[\w-]+$/);
  expect(Buffer.from(linkTo('known').slice(8), 'base64url').toString('latin1')).not.toMatch(/known|1\.004222|developer/);
  const nobody = { seal, clock, viewer: developer, purpose: undefined };
  expect(() => linkOf(nobody, { kind: 'paper', id: 'known' })).toThrow(expect.objectContaining({ extensions: expect.objectContaining({ code: 'PURPOSE_REQUIRED' }) as object }) as Error);
});

test('a name with a line end or a path in it stays one name', () => {
  expect(attachment('../a\r\nX-Bad: 1.pdf')).toBe(`attachment; filename=".._a__X-Bad_ 1.pdf"; filename*=UTF-8''.._a__X-Bad%3A%201.pdf`);
});
