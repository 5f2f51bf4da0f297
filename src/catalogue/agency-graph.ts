import { builder, langArg, said } from '../graph/builder.ts';
import { addDays } from '../kit/instant.ts';
import { answersAt, answersFor, type Agency, type Desk } from './agencies.ts';
import type { Commune } from './communes.ts';
import { listed, listingArgs, today } from './listing.ts';
import { cataloguePart } from './part.ts';

/** The desks at which agencies answer. */
export const DeskEnum = builder.enumType('Desk', {
  description: 'A desk at which an agency answers ("bộ phận giải quyết").',
  values: {
    COMMUNE: { description: 'People\'s Committee of the commune ("Ủy ban nhân dân cấp xã").' },
    COMMUNE_POLICE: { description: 'Police of the commune ("Công an cấp xã").' },
    DISTRICT_FINANCE: { description: 'Finance and planning office of the district, until 30/06/2025 ("phòng tài chính – kế hoạch cấp huyện").' },
    SOCIAL_INSURANCE: { description: 'Social insurance ("Bảo hiểm xã hội").' },
    LINKED_PROCEDURES: { description: 'Linked procedures ("thủ tục liên thông").' },
    PROVINCE: { description: 'One-stop centre of the province ("một cửa cấp tỉnh").' },
  } satisfies Record<Desk, unknown>,
});

/** A ward or commune. */
export const CommuneType = builder.objectRef<Commune>('Commune').implement({
  description: 'A ward or commune in one period ("phường, xã").',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Administrative code, five digits; may mean another commune in another period ("mã đơn vị hành chính").' }),
    name: t.string({ args: langArg, description: 'Its name ("tên").', resolve: (commune, args) => said(commune.name, args) }),
    district: t.string({ args: langArg, nullable: true, description: 'Its district, as long as there were districts ("quận, huyện").', resolve: ({ district }, args) => (district ? said(district, args) : null) }),
    province: t.exposeString('province', { description: 'Administrative code of the province: 89 the old An Giang, 91 the new ("mã tỉnh").' }),
    validFrom: t.expose('validFrom', { type: 'Date', description: 'First day of the period ("hiệu lực từ").' }),
    validTo: t.expose('validTo', { type: 'Date', nullable: true, description: 'Last day, where it is known ("hiệu lực đến").' }),
  }),
});

builder.objectField(CommuneType, 'successor', (t) =>
  t.field({
    type: CommuneType,
    nullable: true,
    description: 'The commune that took over on the day after the last ("đơn vị kế thừa").',
    resolve: ({ successor, validTo }, _, { parts }) => (successor && validTo ? parts.get(cataloguePart).findCommune(successor, addDays(validTo, 1)) : null),
  }),
);

/** An agency at one desk. */
export const AgencyType = builder.objectRef<Agency>('Agency').implement({
  description: 'An agency that answers for procedures, in one period ("cơ quan").',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Agency id written forward, H01.23.17 ("mã định danh cơ quan").' }),
    alias: t.exposeString('alias', { description: 'The same reversed, 000.17.23.H01, as dossier codes carry it ("mã định danh theo QCVN 102:2016").' }),
    name: t.string({ args: langArg, description: 'Its name ("tên cơ quan").', resolve: (agency, args) => said(agency.name, args) }),
    desk: t.expose('desk', { type: DeskEnum, description: 'The desk at which it answers ("bộ phận giải quyết").' }),
    commune: t.field({
      type: CommuneType,
      nullable: true,
      description: 'Its commune; null where it answers for more than one ("phường, xã").',
      resolve: ({ commune, validFrom }, _, { parts }) => (commune === undefined ? null : parts.get(cataloguePart).findCommune(commune, validFrom)),
    }),
    validFrom: t.expose('validFrom', { type: 'Date', description: 'First day of the period ("hiệu lực từ").' }),
    validTo: t.expose('validTo', { type: 'Date', nullable: true, description: 'Last day, where it is known ("hiệu lực đến").' }),
  }),
});

builder.queryField('agencies', (t) =>
  t.field({
    type: [AgencyType],
    description: 'The agencies of the day, by code, or those that are searched for, the best first ("danh mục cơ quan").',
    args: {
      ...listingArgs,
      desk: t.arg({ type: DeskEnum, required: false, description: 'Only those that answer at this desk ("bộ phận giải quyết").' }),
      commune: t.arg.string({ required: false, description: 'Only those that answer for this commune, five digits ("mã phường, xã").' }),
    },
    resolve: (_, { on, desk, commune, ...listing }, context) => {
      const known = context.parts.get(cataloguePart).agencies(on ?? today(context));
      const wanted = known.filter((agency) => (!desk || answersAt(agency, desk)) && (!commune || answersFor(agency, commune)));
      return listed(wanted, listing, ({ code, alias, name }) => [`${code} ${alias}`, name.vi, name.en]);
    },
  }),
);

builder.queryField('communes', (t) =>
  t.field({
    type: [CommuneType],
    description: 'The wards and communes of the day, by code, or those that are searched for, the best first ("danh mục phường, xã").',
    args: listingArgs,
    resolve: (_, { on, ...listing }, context) =>
      listed(context.parts.get(cataloguePart).communes(on ?? today(context)), listing, ({ code, name, district }) => [code, name.vi, name.en, district?.vi ?? '', district?.en ?? '']),
  }),
);
