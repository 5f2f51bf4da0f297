import { existsSync, readdirSync } from 'node:fs';
import { request as openRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { later } from '../../src/kit/instant.ts';
import { readRows } from '../bundles/records.ts';
import { startHub, type TestHub } from '../support/hub.ts';
import { JPEG, PNG, form, pdf, sha256, upload, type Bytes } from './sheets.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());

const MB = 1024 * 1024;

/** The contents on the disk by their hash, and the files that are not finished. */
function onDisk() {
  const folder = join(hub.dataDir, 'papers', 'sha256');
  const kept = existsSync(folder) ? readdirSync(folder).flatMap((two) => readdirSync(join(folder, two)).map((rest) => two + rest)) : [];
  return { kept: kept.sort(), incoming: readdirSync(join(hub.dataDir, 'papers', 'incoming')) };
}

const rows = () => readRows<{ papers: number; keys: number }>(hub, 'SELECT (SELECT count(*) FROM paper) AS papers, (SELECT count(*) FROM idempotency) AS keys')[0];
const digest = (content: Buffer) => `sha-256=:${Buffer.from(sha256(content), 'hex').toString('base64')}:`;

test.each([
  ['PDF', pdf('a PDF'), 'application/pdf', 'giay-to.pdf'],
  ['PNG', PNG, 'image/png', 'giay-to.png'],
  ['JPEG', JPEG, 'image/jpeg', 'giay-to.jpg'],
])('a %s is recognised by what it is, kept on disk and answered with its hash', async (_, content, mediaType, name) => {
  const { status, body } = await upload(hub, content, { 'content-digest': digest(content) });
  expect(status).toBe(201);
  expect(body).toEqual({ id: expect.stringMatching(/^[\w-]{24}$/) as string, sha256: sha256(content), size: content.length, mediaType, name, keptAt: expect.any(String) as string });
  expect(onDisk()).toMatchObject({ kept: expect.arrayContaining([sha256(content)]) as string[], incoming: [] });
  expect(readRows(hub, 'SELECT owner, media, name, attached_at FROM paper WHERE id = ?', body['id'])).toEqual([{ owner: 'developer', media: mediaType, name, attached_at: null }]);
});

test.each<[string, Bytes | FormData, Record<string, string>, string, string]>([
  ['?name=', pdf(), {}, '?name=Gi%E1%BA%A5y%20ch%E1%BB%A9ng%20sinh.pdf', 'Giấy chứng sinh.pdf'],
  ['Content-Disposition with filename*', pdf(), { 'content-disposition': "attachment; filename=\"giay.pdf\"; filename*=UTF-8''gi%E1%BA%A5y.pdf" }, '', 'giấy.pdf'],
  ['Content-Disposition with a quoted name', pdf(), { 'content-disposition': 'filename="giay to.PDF"' }, '', 'giay to.PDF'],
  ['the form’s own name', form(pdf(), 'giấy.pdf'), {}, '', 'giấy.pdf'],
  ['a name in decomposed letters, with another ending', PNG, {}, `?name=${encodeURIComponent('giấy.jpg'.normalize('NFD'))}`, 'giấy.jpg.png'],
])('a name comes by %s and is kept as a name only', async (_, content, headers, query, name) => {
  const { status, body } = await upload(hub, content, headers, query);
  expect([status, body['name']]).toEqual([201, name]);
});

test.each(['', 'application/x-www-form-urlencoded', 'application/octet-stream', 'application/pdf; charset=binary', 'Application/PDF'])('the media type %j says nothing, or nothing else than the content', async (type) => {
  expect((await upload(hub, pdf(), { 'content-type': type })).status).toBe(201);
});

const long = (letters: number) => `?name=${'a'.repeat(letters)}.pdf`;

test.each<[string, number, string, Bytes | FormData, Record<string, string>, string?]>([
  ['that says PDF and is PNG', 415, 'PAPER_TYPE_CONTRADICTS', PNG, { 'content-type': 'application/pdf' }],
  ['whose form says PNG and is PDF', 415, 'PAPER_TYPE_CONTRADICTS', form(pdf(), 'x.png', 'image/png'), {}],
  ['that is a program with the name of a PDF', 415, 'PAPER_TYPE_UNKNOWN', Buffer.from('MZ\x90\0 this program cannot be run'), {}, '?name=giay.pdf'],
  ['that is text', 415, 'PAPER_TYPE_UNKNOWN', Buffer.from('<html><script>alert(1)</script>'), { 'content-type': 'application/pdf' }],
  ['that is a GIF', 415, 'PAPER_TYPE_UNKNOWN', Buffer.from('R0lGODlhAQABAAAAACw=', 'base64'), {}],
  ['that is empty', 400, 'PAPER_EMPTY', Buffer.alloc(0), {}],
  ['that is an empty file of a form', 400, 'PAPER_EMPTY', form(Buffer.alloc(0), 'x.pdf'), {}],
  ['that is larger than 10 MB', 413, 'PAPER_TOO_LARGE', pdf('large', 10 * MB + 1), {}],
  ['that is larger than 10 MB, in a form', 413, 'PAPER_TOO_LARGE', form(pdf('large', 10 * MB + 1), 'x.pdf'), {}],
  ['that is a PDF without its end', 400, 'PAPER_CUT_OFF', pdf('cut', 5_000).subarray(0, 4_000), {}],
  ['that is a PNG without its end', 400, 'PAPER_CUT_OFF', PNG.subarray(0, -8), {}],
  ['that is a JPEG without its end', 400, 'PAPER_CUT_OFF', JPEG.subarray(0, -2), {}],
  ['whose name is a path upwards', 400, 'PAPER_NAME_NOT_ALLOWED', pdf(), {}, '?name=../../x.pdf'],
  ['whose name is a path of Windows', 400, 'PAPER_NAME_NOT_ALLOWED', pdf(), {}, '?name=C:%5Cx.pdf'],
  ['whose form names a path', 400, 'PAPER_NAME_NOT_ALLOWED', form(pdf(), '/etc/passwd'), {}],
  ['whose header names a path, percent-encoded', 400, 'PAPER_NAME_NOT_ALLOWED', pdf(), { 'content-disposition': "attachment; filename*=UTF-8''..%2F..%2Fx.pdf" }],
  ['whose name has a line break', 400, 'PAPER_NAME_NOT_ALLOWED', pdf(), {}, '?name=x%0Ay.pdf'],
  ['whose name turns the reading direction', 400, 'PAPER_NAME_NOT_ALLOWED', pdf(), {}, '?name=x%E2%80%AEfdp.exe'],
  ['whose name is two dots', 400, 'PAPER_NAME_NOT_ALLOWED', pdf(), {}, '?name=..'],
  ['whose name is nothing', 400, 'PAPER_NAME_NOT_ALLOWED', pdf(), {}, '?name=%20'],
  ['whose name has 300 letters', 400, 'PAPER_NAME_NOT_ALLOWED', pdf(), {}, long(300)],
  ['that is not what its digest says', 400, 'DIGEST_CONTRADICTS', pdf(), { 'content-digest': digest(PNG) }],
  ['whose form is not what its digest says', 400, 'DIGEST_CONTRADICTS', form(pdf(), 'x.pdf'), { 'repr-digest': digest(PNG) }],
  ['with a digest that is none', 400, 'DIGEST_MALFORMED', pdf(), { 'content-digest': sha256(pdf()) }],
  ['with a digest of half its length', 400, 'DIGEST_MALFORMED', pdf(), { 'content-digest': 'sha-256=:AAAA:' }],
  ['that is compressed', 415, 'ENCODING_NOT_ALLOWED', pdf(), { 'content-encoding': 'gzip' }],
  ['of which there are two in one form', 400, 'NOT_ONE_FILE', (() => { const two = form(pdf(), 'x.pdf'); two.set('other', new File([pdf('2')], 'y.pdf')); return two; })(), {}],
  ['that is missing in its form', 400, 'NOT_ONE_FILE', (() => { const none = new FormData(); none.set('note', 'no file'); return none; })(), {}],
  ['in a form without boundary', 400, 'MULTIPART_MALFORMED', pdf(), { 'content-type': 'multipart/form-data' }],
  ['in a form that never ends', 400, 'PAPER_CUT_OFF', Buffer.from('--x\r\nContent-Disposition: form-data; name="a"; filename="x.pdf"\r\n\r\n%PDF %%EOF'), { 'content-type': 'multipart/form-data; boundary=x' }],
])('a paper %s is answered %i %s in both languages with what would be right, and nothing is kept', async (_, status, code, content, headers, query = '') => {
  const before = { disk: onDisk(), rows: rows() };
  const answer = await upload(hub, content, headers, query);
  const words = { vi: expect.stringMatching(/\S/) as string, en: expect.stringMatching(/\S/) as string };
  expect(answer).toMatchObject({ status, body: { code, ...words, expected: words, issues: [] } });
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  await expect.poll(onDisk).toEqual({ ...before.disk, incoming: [] }); // the unfinished file goes a moment after the answer
  expect(rows()).toEqual(before.rows);
});

test('other digests than SHA-256 are left aside, and ours is found among them', async () => {
  const content = pdf('digests');
  expect((await upload(hub, content, { 'content-digest': `sha-512=:AAAA:, ${digest(content)}` })).status).toBe(201);
  expect((await upload(hub, content, { 'repr-digest': 'md5=:AAAA:' })).status).toBe(201);
});

test('only POST is taken, and the answer says so', async () => {
  const answer = await fetch(`${hub.hub.url}/papers`);
  expect([answer.status, answer.headers.get('allow'), ((await answer.json()) as { code: string }).code]).toEqual([405, 'POST', 'METHOD_NOT_ALLOWED']);
});

/** Sends what it is told and hangs up as it is told; gives what came back. */
function speak(text: string, hangUp: 'half' | 'reset'): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(hub.hub.port, '127.0.0.1');
    let heard = '';
    socket.on('data', (chunk) => (heard += chunk.toString()));
    socket.on('close', () => resolve(heard));
    socket.on('error', () => undefined);
    socket.write(text, () => (hangUp === 'half' ? socket.end() : socket.resetAndDestroy()));
  });
}

const begun = (headers: string) => `POST /papers HTTP/1.1\r\nHost: hub\r\n${headers}\r\n\r\n`;
const FORM_BEGUN = `--x\r\nContent-Disposition: form-data; name="a"; filename="x.pdf"\r\n\r\n${pdf().toString()}`;

test.each([
  ['its length was not reached', begun('Content-Length: 5000') + pdf().toString()],
  ['its last piece is missing', `${begun('Transfer-Encoding: chunked')}${pdf().length.toString(16)}\r\n${pdf().toString()}\r\n`],
  ['its form was not finished', begun('Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5000') + FORM_BEGUN],
])('a sender who hangs up half-way (%s) and still listens hears that the paper was cut off', async (_, text) => {
  const before = { disk: onDisk(), rows: rows() };
  expect(await speak(text, 'half')).toMatch(/^HTTP\/1\.1 400 [^]*"code":"PAPER_CUT_OFF"/);
  await expect.poll(onDisk).toEqual({ ...before.disk, incoming: [] });
  expect(rows()).toEqual(before.rows);
});

test.each([
  ['as the body', begun('Content-Length: 5000') + pdf().toString()],
  ['in a form', begun('Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 5000') + FORM_BEGUN],
])('an upload that is killed (%s) leaves nothing behind, and the hub goes on', async (_, text) => {
  const before = { disk: onDisk(), rows: rows() };
  expect(await speak(text, 'reset')).toBe('');
  await expect.poll(onDisk).toEqual({ ...before.disk, incoming: [] });
  expect(rows()).toEqual(before.rows);
  expect((await upload(hub, pdf('after'))).status).toBe(201);
});

test('who asks before sending (Expect: 100-continue) too much is refused without having sent it, and else is told to go on', async () => {
  const ask = (length: number) =>
    new Promise<[number | undefined, boolean]>((resolve, reject) => {
      let isToGoOn = false;
      const request = openRequest(`${hub.hub.url}/papers`, { method: 'POST', headers: { expect: '100-continue', 'content-length': length } });
      request.on('continue', () => {
        isToGoOn = true;
        request.end(pdf('expected', length));
      });
      request.on('response', (response) => {
        response.resume();
        resolve([response.statusCode, isToGoOn]);
        request.destroy();
      });
      request.on('error', reject);
      request.flushHeaders();
    });
  expect(await ask(11 * MB)).toEqual([413, false]);
  expect(await ask(500)).toEqual([201, true]);
});

test('a paper that grows too large on the way is answered before it has ended', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const request = openRequest(`${hub.hub.url}/papers`, { method: 'POST' }); // no length: sent in pieces
    request.on('response', (response) => {
      resolve(response.statusCode);
      request.destroy();
    });
    request.on('error', reject);
    request.write(pdf('grows', 10 * MB + 100)); // and never ended
  });
  expect(status).toBe(413);
  await expect.poll(() => onDisk().incoming).toEqual([]);
});

test('twenty uploads of the same content at once are twenty papers and one content', async () => {
  const content = pdf('twenty', 200_000);
  const answers = await Promise.all(Array.from({ length: 20 }, () => upload(hub, content)));
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(201));
  expect(new Set(answers.map(({ body }) => body['id'])).size).toBe(20);
  expect(onDisk().kept.filter((hash) => hash === sha256(content))).toHaveLength(1);
});

test('under one Idempotency-Key twenty uploads are one paper; another content under it is refused', async () => {
  const headers = { 'idempotency-key': '"8e03978e-40d5-43dd-bc93-6894a57f9324"' };
  const answers = await Promise.all(Array.from({ length: 20 }, () => upload(hub, pdf('once'), headers)));
  expect(new Set(answers.map(({ status, body }) => `${status} ${JSON.stringify(body)}`)).size).toBe(1);
  expect(answers[0]?.status).toBe(201);
  expect(await upload(hub, pdf('twice'), headers)).toMatchObject({ status: 422, body: { code: 'IDEMPOTENCY_KEY_REUSED' } });
  expect(onDisk().kept).not.toContain(sha256(pdf('twice')));
  expect(await upload(hub, pdf('keyless'), { 'idempotency-key': 'x'.repeat(201) })).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT', issues: [{ path: 'idempotencyKey', code: 'MALFORMED' }] } });
});

test('what nobody attached is swept after thirty days, not after twenty-nine', async () => {
  const early = hub.clock.now();
  const [old] = onDisk().kept;
  hub.clock.moveTo(later(early, 29 * 86_400_000));
  const young = pdf('young');
  expect((await upload(hub, young)).status).toBe(201);
  expect(onDisk().kept).toContain(old);
  hub.clock.moveTo(later(early, 31 * 86_400_000));
  await expect.poll(onDisk).toEqual({ kept: [sha256(young)], incoming: [] });
  await expect.poll(() => rows()?.papers).toBe(1);
  expect((await upload(hub, PNG)).status).toBe(201); // what was swept may come again
});
