import { birthForm } from '../bundles/birth-form.ts';
import { BundleRunType } from '../bundles/graph.ts';
import { stepTable } from '../bundles/table.ts';
import { builder } from '../graph/builder.ts';
import type { BirthEntry } from '../systems/civil-status/client.ts';
import { PersonType, findPerson } from '../systems/population/graph.ts';

// birth bundle → the child in the population register, by the number given at registration
builder.objectField(BundleRunType, 'child', (t) =>
  t.field({
    type: PersonType,
    nullable: true,
    description: 'The registered child as the population register has it; null until the birth is registered ("trẻ được đăng ký").',
    resolve: async ({ code, bundle, form }, _, context) => {
      if (bundle !== 'birth') return null;
      const birth = await context.store.read().findOneBy(stepTable, { run: code, act: 'birth', state: 'DONE' });
      if (!birth?.result) return null;
      const { child } = birthForm.parse(JSON.parse(form));
      return findPerson(context, { personalId: (JSON.parse(birth.result) as BirthEntry).personalId, fullName: child.fullName, birthDate: child.birthDate });
    },
  }),
);
