import { In } from 'typeorm';
import { BundleRunType } from '../bundles/graph.ts';
import { runTable, stepTable } from '../bundles/table.ts';
import { DossierType } from '../dossiers/graph.ts';
import { dossierTable } from '../dossiers/table.ts';
import { builder } from '../graph/builder.ts';

// dossier → the linked application that it is part of, by the bundle's own code
builder.objectField(DossierType, 'bundleRun', (t) =>
  t.field({
    type: BundleRunType,
    nullable: true,
    description: 'The linked application that this dossier is part of ("hồ sơ liên thông").',
    resolve: ({ run }, _, { store }) => (run ? store.read().findOneBy(runTable, { code: run }) : null),
  }),
);

// linked application → its child dossiers
builder.objectField(BundleRunType, 'dossiers', (t) =>
  t.field({
    type: [DossierType],
    description: 'The child dossiers, one per act, in the order of the acts ("hồ sơ thành phần").',
    resolve: async ({ code }, _, { store }) => {
      const steps = await store.read().find(stepTable, { where: { run: code }, order: { position: 'ASC' }, select: { dossier: true } });
      const dossiers = await store.read().findBy(dossierTable, { code: In(steps.map((step) => step.dossier)) });
      return steps.flatMap((step) => dossiers.find((dossier) => dossier.code === step.dossier) ?? []);
    },
  }),
);
