import { expect, test } from 'vitest';
import { ndxp } from '../../src/systems/ndxp/client.ts';
import { readExchange } from '../exchanges/read.ts';
import { openPaper } from '../support/paper.ts';

test('the client asks for a token as written by hand and knows when it ends', async () => {
  const paper = await openPaper(ndxp, ['1-token']);
  const answer = await paper.verbs.token();
  expect(answer).toMatchObject({ is: 'done', value: { token: '2f6a9d1c-0b7e-3f55-9c41-8d2e6b7a1f00' } });
  expect(answer.is === 'done' && answer.value.expiresAt.slice(0, 16)).toBe('2025-03-03T02:00');
  expect(paper.differences).toEqual([]);
  expect(paper.headers[0]?.['authorization']).toBe(readExchange('ndxp', '1-token').request.headers['authorization']);
  await paper.close();
});

test('a wrong secret is "not authorised", not a crash', async () => {
  const paper = await openPaper(ndxp, ['2-wrong-secret']);
  expect(await paper.verbs.token()).toMatchObject({ is: 'unreachable', cause: 'not authorised' });
  expect(paper.audited).toEqual(['asked ndxp.token', 'unreachable ndxp.token']);
  await paper.close();
});
