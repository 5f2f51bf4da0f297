import { builder } from '../graph/builder.ts';
import { CivilRecordType, findCivilRecords } from '../systems/civil-status/graph.ts';
import { PersonType } from '../systems/population/graph.ts';

// person → entries in the civil-status books, by personal number
builder.objectField(PersonType, 'civilRecords', (t) =>
  t.field({
    type: [CivilRecordType],
    nullable: true,
    description: 'The person\'s entries in the civil-status books ("dữ liệu hộ tịch").',
    resolve: ({ personalId }, _, context) => findCivilRecords(context, personalId),
  }),
);
