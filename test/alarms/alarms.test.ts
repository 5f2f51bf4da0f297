import { createHmac } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { findFreePorts } from '../../mocks/ports.ts';
import { ConfigRefused, readConfig } from '../../src/config.ts';
import { later } from '../../src/kit/instant.ts';
import { openReceiver } from '../mocks/receiver.ts';
import { familyOf, startHub } from '../support/hub.ts';
import { openMailbox } from './mailbox.ts';

const KEY = Buffer.alloc(32, 7);
const SECRET = `whsec_${KEY.toString('base64')}`;
const patience = { retryMs: [20, 20], triesToIncident: 2, lostMs: 2_000 };

test('an incident leaves by webhook, signed, and by mail, with code, cause and owner and nothing of the person; so does its end', async () => {
  const [receiver, mailbox] = await Promise.all([openReceiver([204]), openMailbox()]);
  const hub = await startHub({ patience, env: { ALARM_WEBHOOK_URL: `${receiver.url}/hub`, ALARM_WEBHOOK_SECRET: SECRET, ALARM_SMTP_URL: mailbox.url, ALARM_MAIL_FROM: 'Trục <hub@example.vn>', ALARM_MAIL_TO: 'truc-ban@example.vn, cntt@example.vn' } });
  onTestFinished(() => hub.close());
  hub.ministries.byName.residence.script([{ match: {}, do: 'reset' }]);
  const family = familyOf(20);
  const { code } = await hub.file(family);
  await receiver.hears(1);
  hub.ministries.byName.residence.script([]);
  expect(await hub.ended(code)).toMatchObject({ state: 'FINISHED' });
  await receiver.hears(2);

  const told = receiver.arrived.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  const matter = { cause: 'MINISTRY_UNREACHABLE', bundleCode: code, act: 'residence', dossierCode: expect.stringMatching(/^[A-Z0-9.-]+$/) as string, procedureCode: '2.002621', owner: { agency: expect.any(String) as string, role: 'OPERATOR' } };
  expect(told[0]).toMatchObject({ type: 'incident.opened', system: 'residence', ...matter });
  expect(told[1]).toMatchObject({ type: 'incident.resolved', ...matter });
  for (const { path, headers, body } of receiver.arrived) {
    expect(path).toBe('/hub');
    const { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signature } = headers;
    expect((JSON.parse(body) as { id: string }).id).toBe(id);
    expect(signature).toBe(`v1,${createHmac('sha256', KEY).update(`${String(id)}.${String(timestamp)}.${body}`).digest('base64')}`);
  }
  const link = new URL(String(told[0]?.['link']));
  expect((await hub.ask(link.searchParams.get('query') ?? '')).data).toMatchObject({ bundleRun: { state: 'FINISHED', incidents: [{ cause: 'MINISTRY_UNREACHABLE' }] } });

  await expect.poll(() => mailbox.mails.map(({ text }) => text).join('\n')).toContain('Incident resolved');
  const [mail] = mailbox.mails;
  expect(mail).toMatchObject({ from: 'hub@example.vn', to: ['truc-ban@example.vn', 'cntt@example.vn'] });
  expect(mail?.text).toContain(code);
  expect(mail?.text).toContain(`alarm id: ${String(told[0]?.['id'])}`);

  const all = [...receiver.arrived.map(({ body }) => decodeURIComponent(body)), ...mailbox.mails.map(({ head, text }) => head + decodeURIComponent(text.replaceAll('%', '%25')))].join('\n');
  for (const { personalId, fullName } of [family.mother, family.father]) {
    expect(all).not.toContain(personalId);
    expect(all).not.toContain(fullName);
  }
});

test('an alarm survives its hub: a receiver and a mail server that are down hear of it from the hub that comes after, under the same id', async () => {
  const [port, mailbox] = await Promise.all([findFreePorts(1), openMailbox()]);
  mailbox.refuse(true);
  const hub = await startHub({ patience, env: { ALARM_WEBHOOK_URL: `http://127.0.0.1:${port}/`, ALARM_WEBHOOK_SECRET: SECRET, ALARM_SMTP_URL: mailbox.url, ALARM_MAIL_FROM: 'hub@example.vn', ALARM_MAIL_TO: 'truc-ban@example.vn' } });
  onTestFinished(() => hub.close());
  hub.ministries.byName['civil-status'].script([{ match: {}, do: 'html' }]);
  const { code } = await hub.file(familyOf(21));
  await hub.happened(code, 'INCIDENT_OPENED');
  await hub.restart();
  const receiver = await openReceiver([0, 204], port); // the first answer is lost
  mailbox.refuse(false);
  await expect.poll(() => (hub.clock.moveTo(later(hub.clock.now(), 60_000)), receiver.arrived.length), { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
  const ids = receiver.arrived.map(({ headers }) => headers['webhook-id']);
  expect(ids[1]).toBe(ids[0]);
  await expect.poll(() => (hub.clock.moveTo(later(hub.clock.now(), 60_000)), mailbox.mails.map(({ text }) => text).join('\n')), { timeout: 10_000 }).toContain(`alarm id: ${String(ids[0])}`);
});

test('due dates of ordinary dossiers that pass are told to the agency that owns them, once', async () => {
  const receiver = await openReceiver([204]);
  const hub = await startHub({ env: { ALARM_WEBHOOK_URL: receiver.url, ALARM_WEBHOOK_SECRET: SECRET } });
  onTestFinished(() => hub.close());
  const input = { idempotencyKey: 'a', procedure: '1.004222', communeCode: '30283', channel: 'ONLINE', applicant: personOf(22), papers: [{ typeCode: 'GIAY_TO_CHO_O_HOP_PHAP', source: { register: { number: 'GCN-12', issuedOn: '2020-05-04', issuer: 'UBND tỉnh (giả lập)' } } }] };
  const { data, errors } = await hub.ask('mutation ($input: SubmitDossierInput!) { submitDossier(input: $input) { ... on DossierAccepted { dossier { code } } ... on Failure { issues { path code } } } }', { input });
  expect(errors).toBeUndefined();
  const { code } = data?.['submitDossier'].dossier as { code: string };
  expect((await hub.ask('mutation ($code: String!) { acceptDossier(input: { idempotencyKey: "b", code: $code }) { __typename ... on DossierChanged { dossiers { dueAt } } } }', { code })).data).toMatchObject({ acceptDossier: { __typename: 'DossierChanged' } });
  hub.clock.moveTo(later(hub.clock.now(), 60 * 86_400_000)); // sixty days
  await receiver.hears(1);
  expect(JSON.parse(receiver.arrived[0]?.body ?? '')).toMatchObject({ type: 'dueDates.passed', cause: 'OVERDUE', count: 1, owner: { agency: code.split('-')[0], role: 'CASE_OFFICER' } });
  const { link } = JSON.parse(receiver.arrived[0]?.body ?? '') as { link: string };
  expect((await hub.ask(new URL(link).searchParams.get('query') ?? '')).data).toMatchObject({ dossiers: { edges: [{ node: { code } }] } });
  hub.clock.moveTo(later(hub.clock.now(), 86_400_000));
  hub.clock.moveTo(later(hub.clock.now(), 86_400_000));
  expect(receiver.arrived).toHaveLength(1);
});

function personOf(number: number) {
  const { mother } = familyOf(number);
  return { personalId: mother.personalId, fullName: mother.fullName, birthDate: mother.birthDate };
}

test('a channel that is configured by half is refused with everything that is wrong, and without its secrets', () => {
  const read = () => readConfig({ ALARM_WEBHOOK_URL: 'mailto:me', ALARM_WEBHOOK_SECRET: 'whsec_c2hvcnQ=', ALARM_SMTP_URL: 'smtp2://user:geheim@mail', ALARM_MAIL_FROM: 'nobody', ALARM_MAIL_TO: 'a@example.vn, b' }, { sandbox: true });
  expect(read).toThrow(ConfigRefused);
  for (const name of ['ALARM_WEBHOOK_URL', 'ALARM_WEBHOOK_SECRET', 'ALARM_SMTP_URL', 'ALARM_MAIL_FROM', 'ALARM_MAIL_TO']) expect(read).toThrow(name);
  expect(read).toThrow(/5 problem/);
  expect(read).not.toThrow(/geheim|c2hvcnQ/);
  expect(() => readConfig({ ALARM_MAIL_TO: 'a@example.vn' }, { sandbox: true })).toThrow(/ALARM_SMTP_URL is missing[^]*ALARM_MAIL_FROM is missing/);
});
