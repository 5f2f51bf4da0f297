import { DossierType } from '../dossiers/graph.ts';
import { builder } from '../graph/builder.ts';
import { PersonType, findPerson } from '../systems/population/graph.ts';

// dossier → person of the population register, by the applicant's number, name and date of birth
builder.objectField(DossierType, 'applicant', (t) =>
  t.field({
    type: PersonType,
    nullable: true,
    description: 'Who applied, as the population register has them now ("người nộp hồ sơ").',
    resolve: ({ applicantId, applicantName, applicantBirth }, _, context) => findPerson(context, { personalId: applicantId, fullName: applicantName, birthDate: applicantBirth }),
  }),
);
