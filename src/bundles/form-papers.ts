import { findPapers, type FoundPaper, type PaperMatter } from '../dossiers/find-papers.ts';
import { fieldIssue, type FieldIssue } from '../kit/failure.ts';
import type { Rows } from '../kit/store.ts';
import { words } from '../kit/words.ts';
import type { Bundle, NamedPaper } from './bundle.ts';

/** The papers of a form, looked up. Paths of issues are below the form. */
export interface FormPapers<Form> {
  /** The form, with what stored papers say of themselves. */
  readonly form: Form;
  readonly found: readonly { readonly act: string; readonly paper: FoundPaper }[];
  readonly issues: readonly FieldIssue[];
}

/** Looks up the papers of a form, or those of the given places. Reads only. */
export async function findFormPapers<Form>(rows: Rows, { papers }: Pick<Bundle<Form>, 'papers'>, matter: PaperMatter, form: Form, places?: readonly string[]): Promise<FormPapers<Form>> {
  const named = papers(form).filter(({ place }) => !places || places.includes(place));
  const { found, issues } = await findPapers(rows, matter, named.map(({ place, paper }) => ({ path: place, paper, place })));
  if (issues.length > 0) return { form, found: [], issues };
  const pairs = named.map((one, index) => ({ ...one, found: found[index] })).filter((pair): pair is NamedPaper & { found: FoundPaper } => pair.found !== undefined);
  return {
    form: pairs.reduce(withFacts, form),
    found: pairs.map(({ act, found: paper }) => ({ act, paper })),
    issues: pairs.flatMap(({ place, found: paper }) => (paper.origin === 'STORED' && (paper.number === null || paper.issuedOn === null) ? [saysTooLittle(place)] : [])),
  };
}

/** Writes into the form what a stored paper says of itself: the form then composes its order without looking anything up. */
function withFacts<Form>(form: Form, { place, paper, found: { number, issuedOn, issuer } }: NamedPaper & { readonly found: FoundPaper }): Form {
  if (!paper.source.stored) return form;
  const facts = Object.fromEntries(Object.entries({ number, issuedOn, issuer }).filter(([, fact]) => fact !== null));
  return { ...form, [place]: { ...paper, source: { stored: { ...paper.source.stored, ...facts } } } };
}

function saysTooLittle(place: string): FieldIssue {
  return fieldIssue(
    `${place}.source.stored.dossier`,
    'REQUIRED',
    words('Giấy tờ trước đây nộp mà không ghi số và ngày cấp.', 'That paper was handed in without its number and day.'),
    words('tải tệp lên (source.upload) kèm số và ngày cấp', 'upload it (source.upload) with number and day'),
  );
}
