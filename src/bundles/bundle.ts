import type { z } from 'zod';
import type { Act } from '../kit/act.ts';
import type { CivilDate, Instant } from '../kit/instant.ts';
import type { PersonKey } from '../kit/personal-id.ts';
import type { StatedPaper } from '../dossiers/stated-paper.ts';
import type { Verbs } from '../kit/system.ts';

/** A person of the form whom the population register must know before anything is ordered. */
export interface NamedPerson {
  /** Where in the input: "form.birth.mother". */
  readonly path: string;
  readonly key: PersonKey;
}

/** A paper of the form. */
export interface NamedPaper {
  /** The form's own field in which it stands: "birthNotice". */
  readonly place: string;
  /** The act that uses it: the paper becomes part of its dossier, and goes along with its order where the wire takes papers. */
  readonly act: string;
  readonly paper: StatedPaper;
}

/** What is known of a run when an order is composed, besides the results of earlier acts. */
export interface RunFacts {
  readonly receivedAt: Instant;
}

/** An act with its types erased, as the engine plays it. */
export type AnyAct = Act<Verbs, unknown, unknown>;

/** One line of a score. */
export interface ScoredAct {
  readonly name: string;
  readonly act: AnyAct;
  /** Acts that must be done first. */
  readonly after: readonly string[];
  /** Composes the order from the form and the results of `after`. */
  readonly given: (known: Readonly<Record<string, unknown>>) => unknown;
}

/** A linked procedure as a score: who is ordered to do what, after what, given what ("quy trình liên thông"). */
export interface Bundle<Form = unknown> {
  readonly name: string;
  /** Procedure code; its terms and desks per act are in the catalogue. */
  readonly procedure: string;
  /** First day of this version; the next version of the same name ends it. */
  readonly from: CivilDate;
  readonly form: z.ZodType<Form>;
  readonly acts: readonly ScoredAct[];
  /** The persons who must be in the population register. */
  readonly people: (form: Form) => readonly NamedPerson[];
  /** The papers of the form. */
  readonly papers: (form: Form) => readonly NamedPaper[];
  /** The person in whose name the dossiers are opened. */
  readonly applicant: (form: Form) => PersonKey;
  /** The commune whose desks answer. */
  readonly commune: (form: Form) => string;
  /** What makes two applications the same matter; each line is fingerprinted. */
  readonly subjects: (form: Form) => readonly string[];
  /** The results as callers see them, from what is done so far. */
  readonly gives: (results: Readonly<Record<string, unknown>>) => unknown;
}

type Header<Form> = Pick<Bundle<Form>, 'procedure' | 'from' | 'form' | 'people' | 'papers' | 'applicant' | 'commune' | 'subjects'>;

interface Score<Form, Results, After extends keyof Results & string, Input> {
  readonly after?: readonly After[];
  readonly given: (known: { readonly form: Form; readonly run: RunFacts } & { readonly [Name in After]: Results[Name] }) => Input;
}

/** A score being written. An act can use only the results of the acts that it names in `after`: the compiler sees to it. */
export interface BundleDraft<Form, Results extends object> {
  act<Name extends string, V extends Verbs, Input, Result, After extends keyof Results & string = never>(
    name: Name,
    act: Act<V, Input, Result>,
    score: Score<Form, Results, After, Input>,
  ): BundleDraft<Form, Results & { readonly [N in Name]: Result }>;
  gives(results: (known: Partial<Results>) => unknown): Bundle<Form>;
}

/** Begins the score of a linked procedure. */
export function bundle<Form>(name: string, header: Header<Form>): BundleDraft<Form, object> {
  return draft(name, header, []);
}

function draft<Form, Results extends object>(name: string, header: Header<Form>, acts: readonly ScoredAct[]): BundleDraft<Form, Results> {
  return {
    act(actName, act, { after = [], given }) {
      const unknown = after.filter((earlier) => !acts.some((known) => known.name === earlier));
      if (unknown.length > 0 || acts.some((known) => known.name === actName)) {
        throw new Error(`The act ${actName} of ${name} comes after ${unknown.join(', ') || 'an act of the same name'}; acts are written in the order in which they may run.`);
      }
      const scored: ScoredAct = { name: actName, act: act as unknown as AnyAct, after, given: given as unknown as ScoredAct['given'] };
      return draft(name, header, [...acts, scored]);
    },
    gives: (results) => ({ ...header, name, acts, gives: results as Bundle['gives'] }),
  };
}
