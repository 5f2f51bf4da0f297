import { BorrowedInterface, builder } from '../../graph/builder.ts';
import { purposeOf, type HubContext } from '../../graph/context.ts';
import { ministryError, type Borrowed } from '../../graph/errors.ts';
import { load, lookup } from '../../graph/lookup.ts';
import { civilStatus, type BirthEntry, type CivilEntry } from './client.ts';

const entries = lookup(civilStatus, 'entriesOf');

const CivilRecordKindEnum = builder.enumType('CivilRecordKind', {
  description: 'Which book an entry stands in ("loại sổ hộ tịch").',
  values: {
    BIRTH: { description: 'Births ("khai sinh").' },
    DEATH: { description: 'Deaths ("khai tử").' },
    MARRIAGE: { description: 'Marriages ("kết hôn").' },
  },
});

/** An entry in a civil-status book. */
export const CivilRecordType = builder.objectRef<Borrowed<CivilEntry>>('CivilRecord').implement({
  description: 'An entry in a civil-status book ("dữ liệu hộ tịch").',
  interfaces: [BorrowedInterface],
  fields: (t) => ({
    kind: t.expose('kind', { type: CivilRecordKindEnum, description: 'Which book ("loại").' }),
    number: t.exposeString('number', { description: 'Number and year, "n/yyyy" ("số đăng ký").' }),
    book: t.exposeString('book', { description: 'The book ("quyển số").' }),
    page: t.exposeString('page', { description: 'The page ("trang số").' }),
    registeredOn: t.expose('registeredOn', { type: 'Date', description: 'The day of registration ("ngày đăng ký").' }),
    communeCode: t.exposeString('communeCode', { description: 'Commune of registration ("nơi đăng ký").' }),
  }),
});

/** A finished birth registration. */
export const BirthRegistrationType = builder.objectRef<Borrowed<BirthEntry>>('BirthRegistration').implement({
  description: 'A finished birth registration ("kết quả đăng ký khai sinh").',
  interfaces: [BorrowedInterface],
  fields: (t) => ({
    personalId: t.exposeString('personalId', { description: 'The number given to the child ("số định danh cá nhân").' }),
    registeredOn: t.expose('registeredOn', { type: 'Date', description: 'The day of registration ("ngày đăng ký").' }),
    number: t.exposeString('number', { description: 'Number and year, "n/yyyy" ("số đăng ký").' }),
    book: t.exposeString('book', { description: 'The book ("quyển số").' }),
    page: t.exposeString('page', { description: 'The page ("trang số").' }),
    communeCode: t.exposeString('communeCode', { description: 'Commune of registration ("nơi đăng ký").' }),
    resultCode: t.exposeString('resultCode', { description: 'Type of the resulting paper, KQ.G15.000031 ("mã giấy tờ kết quả").' }),
  }),
});

/** The book entries of a person, under the request's purpose; empty when there are none. */
export async function findCivilRecords(context: HubContext, personalId: string): Promise<Borrowed<CivilEntry>[]> {
  const outcome = await load(context, entries, purposeOf(context), personalId);
  if (outcome.is !== 'done') throw ministryError(outcome, civilStatus.name);
  return outcome.value.map((entry) => ({ ...entry, source: civilStatus.name, asOf: outcome.asOf }));
}
