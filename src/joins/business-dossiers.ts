import { DossierConnection, pageOfDossiers } from '../dossiers/graph.ts';
import { builder } from '../graph/builder.ts';
import { pageArgs } from '../graph/page.ts';
import { BusinessType } from '../systems/business/graph.ts';

// enterprise or branch → dossiers in the provincial store, by its code
builder.objectField(BusinessType, 'dossiers', (t) =>
  t.field({
    type: DossierConnection,
    description: 'What was applied for in its name in this province, by due date; a branch has its own ("hồ sơ đã nộp").',
    args: pageArgs,
    resolve: ({ registrationNumber }, page, context) => pageOfDossiers(context, 'enterprise', registrationNumber, page),
  }),
);
