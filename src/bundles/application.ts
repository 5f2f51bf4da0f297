import type { z } from 'zod';
import type { Viewer } from '../access/viewer.ts';
import type { PaperApplicant } from '../dossiers/find-papers.ts';
import { failure, fieldIssue, invalidInput, isFailure, type Failure, type FieldIssue } from '../kit/failure.ts';
import { civilDateOf, printedDate, type Instant } from '../kit/instant.ts';
import { words } from '../kit/words.ts';
import { birthBundle } from './birth.ts';
import { expectations, type BirthForm, type BirthFormInput } from './birth-form.ts';
import { checkBirthForm } from './birth-rules.ts';
import type { Bundle } from './bundle.ts';
import type { Engine } from './engine.ts';
import { findFormPapers } from './form-papers.ts';

/** An application as it comes in: exactly one form. */
export interface BundleForm {
  readonly birth: BirthFormInput;
}

/** A form that passed every check that needs no ministry, with the definition it falls under. */
export interface CheckedApplication {
  readonly definition: Bundle<BirthForm>;
  readonly form: BirthForm;
  readonly path: string;
}

/** Checks a form against the law and itself; asks no ministry and writes nothing. */
export async function checkApplication(engine: Engine, viewer: Viewer, form: BundleForm): Promise<CheckedApplication | Failure> {
  const now = engine.clock.now();
  const definition = findDefinition(engine, birthBundle.name, now);
  if (isFailure(definition)) return definition;
  const path = 'form.birth';
  const parsed = birthBundle.form.safeParse(withoutNulls(form.birth));
  if (!parsed.success) return invalidInput(parsed.error.issues.map((issue) => readIssue(path, issue)));
  const papers = await findFormPapers(engine.store.read(), definition, { viewer, applicant: paperApplicant(definition, parsed.data), catalogue: engine.catalogue(), now }, parsed.data);
  const issues = [...checkBirthForm(papers.form, engine.catalogue(), now), ...papers.issues];
  if (issues.length > 0) return invalidInput(issues.map((issue) => below(path, issue)));
  return { definition, form: papers.form, path };
}

/** In whose name the papers of a form are handed in: the person's in whose name its dossiers are opened. */
export function paperApplicant<Form>({ applicant }: Pick<Bundle<Form>, 'applicant'>, form: Form): PaperApplicant {
  return { applicantId: applicant(form).personalId, enterprise: null };
}

/** The version of a bundle that is in force, or the failure that names the next one. */
export function findDefinition(engine: Engine, name: string, now: Instant): Bundle<BirthForm> | Failure {
  const today = civilDateOf(now);
  const versions = engine.definitions.filter((bundle) => bundle.name === name);
  const inForce = versions.filter((bundle) => bundle.from <= today).sort((a, b) => (a.from < b.from ? 1 : -1))[0];
  if (inForce && engine.catalogue().findProcedure(inForce.procedure, today)) return inForce as Bundle<BirthForm>;
  const next = versions.map((bundle) => bundle.from).filter((from) => from > today).sort()[0];
  return failure(
    'NoDefinitionInForce',
    words(`Ngày ${printedDate(today)} không có quy trình liên thông nào đang hiệu lực${next ? `; quy trình kế tiếp có hiệu lực từ ${printedDate(next)}` : ''}.`, `No version of this linked procedure is in force on ${today}${next ? `; the next begins on ${next}` : ''}.`),
    { facts: next ? { nextFrom: next } : {} },
  );
}

/** The issue with its path below the input. */
export function below(path: string, issue: FieldIssue): FieldIssue {
  return { ...issue, path: `${path}.${issue.path}` };
}

/** Turns zod's finding into ours: where, what, and what would be right. */
export function readIssue(path: string, issue: z.core.$ZodIssue): FieldIssue {
  const expected = issue.message in expectations ? expectations[issue.message as keyof typeof expectations] : words('giá trị đúng kiểu', 'a value of the right kind');
  const at = [path, ...issue.path.map(String)].join('.');
  if (issue.code === 'too_big') return fieldIssue(at, 'OUT_OF_RANGE', words('Giá trị quá lớn hoặc quá dài.', 'The value is too large or too long.'), words(`nhiều nhất ${String(issue.maximum)}`, `at most ${String(issue.maximum)}`));
  if (issue.code === 'too_small' && issue.origin !== 'string') return fieldIssue(at, 'OUT_OF_RANGE', words('Giá trị quá nhỏ.', 'The value is too small.'), expected);
  return fieldIssue(at, 'MALFORMED', words('Giá trị không đúng dạng.', 'The value is malformed.'), expected);
}

/** GraphQL gives null for an absent optional; forms know only absence. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null && one !== undefined).map(([name, one]) => [name, withoutNulls(one)]));
}
