import { BorrowedInterface, ID, builder, marked } from '../../graph/builder.ts';
import { purposeOf, type HubContext } from '../../graph/context.ts';
import { borrowed, refuse, type Borrowed } from '../../graph/errors.ts';
import { load, lookup } from '../../graph/lookup.ts';
import { fieldIssue } from '../../kit/failure.ts';
import { findCivilDate } from '../../kit/instant.ts';
import { PERSONAL_ID, type PersonKey } from '../../kit/personal-id.ts';
import { upperName } from '../../kit/person-name.ts';
import { words } from '../../kit/words.ts';
import { population, type Citizen, type Place } from './client.ts';

const people = lookup(population, 'people');

/** Sex as registered. */
export const SexEnum = builder.enumType('Sex', {
  description: 'Sex as registered ("giới tính").',
  values: { MALE: { description: 'Male ("nam").' }, FEMALE: { description: 'Female ("nữ").' } },
});

const PlaceType = builder.objectRef<Place>('Place').implement({
  description: 'A place as the register has it ("nơi").',
  fields: (t) => ({
    provinceCode: t.exposeString('provinceCode', { nullable: true, description: 'Code of the province ("mã tỉnh").' }),
    communeCode: t.exposeString('communeCode', { nullable: true, description: 'Code of the commune ("mã xã, phường").' }),
    detail: t.exposeString('detail', { nullable: true, description: 'House, street, hamlet ("chi tiết").' }),
  }),
});

/** A person of the population register. */
export const PersonType = builder.objectRef<Borrowed<Citizen>>('Person');

builder.node(PersonType, {
  description: 'A person as the population register has them ("công dân").',
  interfaces: [BorrowedInterface],
  id: { description: ID, resolve: ({ personalId, fullName, birthDate }) => JSON.stringify([personalId, fullName, birthDate]) },
  loadOne: async (id, context) => {
    const [personalId, fullName, birthDate] = JSON.parse(id) as [string, string, string];
    return marked(PersonType, await findPerson(context, { personalId, fullName, birthDate }));
  },
  fields: (t) => ({
    personalId: t.exposeString('personalId', { description: 'The twelve-digit number ("số định danh cá nhân").' }),
    fullName: t.exposeString('fullName', { description: 'The name in upper case, as registered ("họ và tên").' }),
    sex: t.expose('sex', { type: SexEnum, description: 'Sex as registered ("giới tính").' }),
    birthDate: t.exposeString('birthDate', { description: '"yyyy-mm-dd", or "yyyy" where only the year is registered ("ngày sinh").' }),
    ethnicity: t.exposeString('ethnicity', { nullable: true, description: 'Ethnicity ("dân tộc").' }),
    nationality: t.exposeString('nationality', { nullable: true, description: 'Nationality ("quốc tịch").' }),
    permanentResidence: t.expose('permanentResidence', { type: PlaceType, nullable: true, description: 'Where the person is permanently registered ("nơi thường trú").' }),
    deceased: t.exposeBoolean('deceased', { description: 'Whether the person is registered as deceased ("đã chết").' }),
  }),
});

/** The person with all three facts, under the request's purpose; null when the register knows of none that match. Two spellings of one name are one key. */
export async function findPerson(context: HubContext, { personalId, fullName, birthDate }: PersonKey): Promise<Borrowed<Citizen> | null> {
  return borrowed(await load(context, people, purposeOf(context), { personalId, fullName: upperName(fullName), birthDate }), population.name);
}

builder.queryField('person', (t) =>
  t.field({
    type: PersonType,
    nullable: true,
    description: 'A person by number, name and date of birth together; null when nobody matches all three ("tra cứu công dân").',
    args: {
      personalId: t.arg.string({ description: 'The twelve-digit number ("số định danh cá nhân").' }),
      fullName: t.arg.string({ description: 'The name, in any case ("họ và tên").' }),
      birthDate: t.arg.string({ description: '"yyyy-mm-dd", or "yyyy" for a person registered by year only ("ngày sinh").' }),
    },
    resolve: (_, key, context) => {
      const issues = [
        ...(PERSONAL_ID.test(key.personalId) ? [] : [fieldIssue('personalId', 'MALFORMED', words('Số định danh không đúng dạng.', 'Not a personal id.'), words('12 chữ số', '12 digits'))]),
        ...(key.fullName.trim() ? [] : [fieldIssue('fullName', 'REQUIRED', words('Thiếu họ và tên.', 'The name is missing.'), words('họ và tên', 'the full name'))]),
        ...(/^\d{4}$/.test(key.birthDate) || findCivilDate(key.birthDate) ? [] : [fieldIssue('birthDate', 'IMPOSSIBLE_DATE', words('Ngày sinh không có thật.', 'Not a real date of birth.'), words('yyyy-mm-dd hoặc yyyy', 'yyyy-mm-dd or yyyy'))]),
      ];
      if (issues.length > 0) throw refuse('BAD_INPUT', words('Thông tin tra cứu không hợp lệ.', 'These facts cannot be looked up.'), { issues });
      return findPerson(context, key);
    },
  }),
);
