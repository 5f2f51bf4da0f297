import { DossierType } from '../dossiers/graph.ts';
import { builder } from '../graph/builder.ts';
import { BusinessType, findBusiness } from '../systems/business/graph.ts';

// dossier → enterprise or branch in whose name it was filed, by its code
builder.objectField(DossierType, 'business', (t) =>
  t.field({
    type: BusinessType,
    nullable: true,
    description: 'The enterprise in whose name it was filed, as the enterprise register has it now ("doanh nghiệp nộp hồ sơ").',
    resolve: ({ enterprise }, _, context) => (enterprise === null ? null : findBusiness(context, enterprise)),
  }),
);
