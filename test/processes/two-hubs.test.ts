import { expect, onTestFinished, vi } from 'vitest';
import { openHub, type Hub } from '../../src/hub.ts';
import { openLog } from '../../src/kit/log.ts';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { WHOLE_BIRTH, effectNames, effectsOf } from '../bundles/records.ts';
import { openHouse } from '../graph/house.ts';
import { familyOf, type TestHub } from '../support/hub.ts';
import { readBeside, testOnServer, writeBeside } from '../support/database.ts';

vi.setConfig({ testTimeout: 120_000 }); // two minutes: two hubs share the cores with everything else that runs

/** A second hub on the house's database. */
async function openSecond(house: TestHub): Promise<Hub> {
  const second = await openHub(house.config, house.clock, openLog('silent'));
  onTestFinished(() => second.close());
  return second;
}

const SUBSCRIBE = 'subscription ($after: String) { events(after: $after) { cursor kind bundleCode } }';

/** Everything of a run that a hub's firehose tells, until the run has ended. */
async function hearAll(hub: Hub, code: string): Promise<string[]> {
  const client = createClient({ url: `${hub.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
  const heard: string[] = [];
  for await (const { data } of client.iterate<{ events: { cursor: string; kind: string; bundleCode: string | null } }>({ query: SUBSCRIBE, variables: { after: '0' } })) {
    if (data?.events.bundleCode === code) heard.push(`${data.events.kind} ${data.events.cursor}`);
    if (data?.events.bundleCode === code && data.events.kind === 'BUNDLE_FINISHED') break;
  }
  await client.dispose();
  return heard;
}

testOnServer('what one hub is told of an application the subscribers of the other hear, in the same order with the same cursors', async () => {
  const house = await openHouse();
  const second = await openSecond(house);
  const { code } = await house.file(familyOf(0));
  const [here, there] = await Promise.all([hearAll(house.hub, code), hearAll(second, code)]);
  expect(here.length).toBeGreaterThan(12);
  expect(there).toEqual(here);
});

testOnServer('twenty applications filed at two hubs at once have codes without double and one effect of each act, and each is looked at by whoever has the hand free', async () => {
  const house = await openHouse();
  const second = await openSecond(house);
  const first = house.hub;
  const codes = await Promise.all(
    Array.from({ length: 20 }, async (_, number) => {
      const at = number % 2 === 0 ? first : second;
      return fileAt(house, at, number);
    }),
  );
  expect(new Set(codes).size).toBe(20);
  for (const code of codes) await house.ended(code);
  for (const code of codes) expect(effectNames(house, code)).toEqual(WHOLE_BIRTH);
  expect(codes.flatMap((code) => effectsOf(house, code)).filter(({ received }) => received !== 1)).toEqual([]);
});

async function fileAt(house: TestHub, at: Hub, number: number): Promise<string> {
  const { birthFormOf } = await import('../../mocks/application.ts');
  const response = await fetch(`${at.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'mutation ($input: SubmitBundleInput!) { submitBundle(input: $input) { __typename ... on BundleAccepted { code } } }', variables: { input: { idempotencyKey: `at-once-${number}`, form: { birth: birthFormOf(familyOf(number), house.clock.now()) } } } }),
  });
  const { data } = (await response.json()) as { data: { submitBundle: { __typename: string; code: string } } };
  expect(data.submitBundle.__typename).toBe('BundleAccepted');
  return data.submitBundle.code;
}

testOnServer('a step whose process is dead is taken over within seconds, and the ministry is asked before it is ordered from again', async () => {
  const house = await openHouse({ patience: { lostMs: 3_600_000 }, paceMs: 300 }); // an hour: nothing but the take-over heals it
  const { code } = await house.file(familyOf(1));
  await house.reached(code, 'birth', 'IN_PROCESS');
  await expect.poll(() => readBeside(house.config.databaseUrl, "SELECT state FROM bundle_step WHERE run = ? AND act = 'birth'", code)).toEqual([{ state: 'WAITING' }]);
  // As a process leaves it that dies between its order and the answer; and nobody but the next look would see it.
  writeBeside(house.config.databaseUrl, "UPDATE bundle_step SET state = 'ORDERING', owner = '1', next_at = '2099-01-01T00:00:00.000Z', version = version + 1 WHERE run = ? AND act = 'birth'", code);
  expect(await house.ended(code)).toMatchObject({ state: 'FINISHED', incidents: [] });
  expect(effectNames(house, code)).toEqual(WHOLE_BIRTH);
  expect(effectsOf(house, code).filter(({ received }) => received !== 1)).toEqual([]);
});
