import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { findSoapBody } from '../../src/kit/soap.ts';
import type { Operation } from '../../src/kit/contract.ts';
import { findInstant } from '../../src/kit/instant.ts';
import type { SystemName } from '../../src/kit/system.ts';
import { fault } from '../../src/systems/ndxp/contract.ts';
import { cardAnswered, settings } from '../../src/systems/social-insurance/contract.ts';
import { ministries } from '../../mocks/list.ts';
import { findBody } from '../../mocks/ministry/body.ts';
import { issueToken } from '../../mocks/ndxp/token.ts';
import { exchangesOf, findDifference } from '../exchanges/read.ts';
import { openTown, START } from './town.ts';

/** A minute on the clock: long enough to poll in the middle of it. */
const PACE_MS = 60_000;

const names = ministries.map(({ name }) => name);
const token = issueToken('exchanges', START, 3_600);

function read(text: string, contentType: string | undefined): unknown {
  if (contentType?.startsWith('text/csv')) return text.trimEnd(); // the end of a written file says nothing
  if (text === '') return undefined;
  return contentType?.startsWith('text/xml') ? findSoapBody(text) : JSON.parse(text);
}

test.each(names)('%s answers the exchanges that were written by hand as they were written', async (name: SystemName) => {
  const town = openTown({ paceMs: PACE_MS });
  for (const { request, answer, at, varies, name: file } of exchangesOf(name, { token })) {
    const instant = findInstant(at) ?? START;
    if (instant > town.clock.now()) town.clock.moveTo(instant);
    const response = await town.byName[name].answer(
      new Request(`http://${request.headers['host']}${request.path}`, { method: request.method, headers: request.headers, ...(request.body && { body: request.body }) }),
    );
    expect(response.status, file).toBe(answer.status);
    expect(response.headers.get('x-synthetic-data')).toBe('true');
    expect(response.headers.get('location'), file).toBe(answer.headers['location'] ?? null);
    const came = read(await response.text(), response.headers.get('content-type') ?? undefined);
    expect(findDifference(read(answer.body, answer.headers['content-type']), came, varies), file).toBeUndefined();
  }
});

test.each(names)('at least three exchanges with %s are written down, and contract and hand agree', async (name: SystemName) => {
  const town = openTown();
  const operations = new Map<string, Operation>(town.byName[name].contract.operations.map((op) => [op.id, op]));
  const exchanges = exchangesOf(name, { token });
  expect(exchanges.length).toBeGreaterThanOrEqual(3);
  for (const { operation, request, answer, name: file } of exchanges) {
    const op = operations.get(operation);
    if (op?.request) expect(op.request.safeParse(findBody(request.body, op.media)).success, `${file}: request`).toBe(true);
    const shape = op ? op.answers[answer.status] : fault;
    if (shape && answer.body) expect(shape.safeParse(read(answer.body, answer.headers['content-type'])).success, `${file}: answer`).toBe(true);
  }
});

test('the callbacks written by hand keep to the contract and carry a true signature', () => {
  const callbacks = exchangesOf('social-insurance-callbacks');
  expect(callbacks).toHaveLength(3);
  for (const { request } of callbacks) {
    expect(cardAnswered.body.safeParse(JSON.parse(request.body)).success).toBe(true);
    expect(request.headers[cardAnswered.signatureHeader]).toBe(createHmac('sha256', settings.CALLBACK_KEY.sandbox).update(request.body).digest('hex'));
  }
});
