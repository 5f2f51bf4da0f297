import { builder } from '../graph/builder.ts';
import { PersonType } from '../systems/population/graph.ts';
import { HealthCardType, findHealthCard } from '../systems/social-insurance/graph.ts';

// person → health-insurance card, by number, name and date of birth
builder.objectField(PersonType, 'healthCard', (t) =>
  t.field({
    type: HealthCardType,
    nullable: true,
    description: 'The person\'s health-insurance card; null when there is none ("thẻ BHYT").',
    resolve: (person, _, context) => findHealthCard(context, person),
  }),
);
