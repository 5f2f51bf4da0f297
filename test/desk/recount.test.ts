import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openFolder } from '../mocks/folder.ts';
import { demandedFor } from '../support/demanded.ts';
import { familyOf, startHub } from '../support/hub.ts';

const FILE = 'mutation ($input: SubmitDossierInput!) { submitDossier(input: $input) { __typename ... on DossierAccepted { dossier { code } } ... on Failure { issues { path code } } } }';
const DUE = 'query ($code: String!) { dossier(code: $code) { dueAt due { explanation(lang: EN) } history { action note(lang: EN) } } }';

test('when a day off is put into the calendar open due dates move, with a line of history and an event, once; what is finished stays', async () => {
  const calendarFile = join(openFolder(), 'calendar.yaml');
  copyFileSync(new URL('../../src/catalogue/data/calendar.yaml', import.meta.url), calendarFile);
  const hub = await startHub({ env: { CALENDAR_FILE: calendarFile } });
  onTestFinished(() => hub.close());
  let keys = 0;
  const act = async (mutation: string, input: object, text = `mutation ($input: ${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) { __typename } }`) => {
    const { data, errors } = await hub.ask(text, { input: { idempotencyKey: `recount-${(keys += 1)}`, ...input } });
    expect(errors).toBeUndefined();
    expect(data?.[mutation], mutation).toMatchObject({ __typename: expect.stringMatching(/^Dossier(Accepted|Changed)$/) as string });
    return data?.[mutation];
  };
  const accepted = async (index: number): Promise<string> => {
    const { commune, mother } = familyOf(index);
    const applicant = { personalId: mother.personalId, fullName: mother.fullName, birthDate: mother.birthDate };
    const { dossier } = await act('submitDossier', { procedure: '1.004222', communeCode: commune, applicant, papers: demandedFor('1.004222') }, FILE);
    await act('acceptDossier', { code: dossier.code });
    return dossier.code as string;
  };
  const dossierOf = async (code: string) => (await hub.ask(DUE, { code })).data?.['dossier'];
  const [open, finished] = [await accepted(40), await accepted(41)];
  await act('assignDossier', { code: finished, assignee: 'CA-30280-01' });
  await act('finishDossier', { code: finished, note: 'Xong' });
  expect((await dossierOf(open)).dueAt).toBe('2025-03-12T10:00:00.000Z'); // 7 working days after Monday 3 March

  const dayOff = '  - { date: 2025-03-10, kind: OFF, status: official, name: { vi: "Nghỉ hoán đổi", en: "Swapped" }, source: "giả lập" }\n';
  writeFileSync(calendarFile, readFileSync(calendarFile, 'utf8').replace('  - { date: 2025-04-07', `${dayOff}  - { date: 2025-04-07`));
  await hub.hub.reloadCatalogue();
  const moved = await dossierOf(open);
  expect(moved).toMatchObject({ dueAt: '2025-03-13T10:00:00.000Z', due: { explanation: expect.stringContaining('Swapped') as string } });
  expect(moved.history.at(-1)).toEqual({ action: 'recountDueDate', note: 'The calendar changed: due 12/03/2025 17:00 → 13/03/2025 17:00.' });
  expect((await dossierOf(finished)).dueAt).toBe('2025-03-12T10:00:00.000Z');

  await hub.hub.reloadCatalogue(); // nothing has changed since
  expect(await dossierOf(open)).toEqual(moved);
  const { data } = await hub.ask('{ events(first: 100, after: "0") { edges { node { kind dossier { code } } } } }');
  expect(data?.['events'].edges.map(({ node }: { node: { kind: string; dossier: { code: string } } }) => `${node.kind} ${node.dossier.code}`).filter((line: string) => line.startsWith('DOSSIER_DUE_DATE_CHANGED'))).toEqual([`DOSSIER_DUE_DATE_CHANGED ${open}`]);
});
