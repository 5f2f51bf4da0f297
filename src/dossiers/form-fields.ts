import { In } from 'typeorm';
import type { Instant } from '../kit/instant.ts';
import type { Rows, Store } from '../kit/store.ts';
import { dossierFormTable, formFieldTable, type FormFieldRow } from './form-table.ts';

/** Keeps the electronic form of a dossier and where its fields come from, in the unit of work that files it. */
export async function keepForm(rows: Rows, dossier: string, answers: ReadonlyMap<string, string>, origins: readonly Omit<FormFieldRow, 'owner'>[]): Promise<void> {
  if (answers.size === 0) return;
  await rows.insert(dossierFormTable, { dossier, answers: JSON.stringify(Object.fromEntries(answers)) });
  await keepOrigins(rows, dossier, origins);
}

/** Keeps where the fields of an application come from. */
export async function keepOrigins(rows: Rows, owner: string, origins: readonly Omit<FormFieldRow, 'owner'>[]): Promise<void> {
  await rows.insert(formFieldTable, origins.map((origin) => ({ ...origin, owner })));
}

/** What a supplement changed counts as typed now; what it left alone keeps its origin. */
export async function retype(rows: Rows, owner: string, before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>, now: Instant): Promise<void> {
  const changed = [...after].flatMap(([path, value]) => (before.get(path) === value ? [] : [path]));
  const gone = [...before.keys()].filter((path) => !after.has(path));
  if (changed.length + gone.length === 0) return;
  await rows.delete(formFieldTable, { owner, path: In([...changed, ...gone]) });
  await keepOrigins(rows, owner, changed.map((path) => ({ path, origin: 'TYPED', system: null, fromDossier: null, asOf: now })));
}

/** Where the fields of several applications come from, by path; the answers stand in the order of the owners. */
export async function findOrigins(store: Store, owners: readonly string[]): Promise<FormFieldRow[][]> {
  const found = await store.read().find(formFieldTable, { where: { owner: In([...owners]) }, order: { owner: 'ASC', path: 'ASC' } });
  return owners.map((owner) => found.filter((row) => row.owner === owner));
}

/** The electronic forms of several dossiers, by path; nothing where a dossier has none. */
export async function findForms(store: Store, dossiers: readonly string[]): Promise<(Readonly<Record<string, string>> | undefined)[]> {
  const found = await store.read().findBy(dossierFormTable, { dossier: In([...dossiers]) });
  const byDossier = new Map(found.map(({ dossier, answers }) => [dossier, JSON.parse(answers) as Record<string, string>]));
  return dossiers.map((dossier) => byDossier.get(dossier));
}
