import { DossierConnection, pageOfDossiers } from '../dossiers/graph.ts';
import { builder } from '../graph/builder.ts';
import { pageArgs } from '../graph/page.ts';
import { PersonType } from '../systems/population/graph.ts';

// person → dossiers in the provincial store, by the applicant's number
builder.objectField(PersonType, 'dossiers', (t) =>
  t.field({
    type: DossierConnection,
    description: 'What the person applied for in this province, for themselves or for an enterprise, by due date ("hồ sơ đã nộp").',
    args: pageArgs,
    resolve: ({ personalId }, page, context) => pageOfDossiers(context, 'applicantId', personalId, page),
  }),
);
