import type { z } from 'zod';
import { upperName } from '../../src/kit/person-name.ts';
import { writeWireDate } from '../../src/kit/wire-date.ts';
import type { branch, businessActivity, findEnterprise, headOffice, mainInformation, representative } from '../../src/systems/business/contract.ts';
import type { Agent, Firm } from './firm.ts';

type Data = NonNullable<z.input<(typeof findEnterprise.answers)[200]>['Data']>;

/** Writes a firm in the register's own words. */
export function wordFirm(firm: Firm): Data {
  return {
    MainInformation: wordMain(firm),
    HOAdress: wordOffice(firm),
    Representatives: oneOrMany(firm.agents.map(wordAgent)),
    BusinessActivity: oneOrMany(firm.trades.map(({ code, name }, index): z.input<typeof businessActivity> => ({ CODE: code, NAME: name, IS_MAIN: index === 0 ? 'Y' : 'N' }))),
    ...(firm.branches.length > 0 && { Branches: oneOrMany(firm.branches.map(({ code, name, form }): z.input<typeof branch> => ({ ENTERPRISE_GDT_CODE: code, NAME: name, ENTERPRISE_TYPE_NAME: form }))) }),
  };
}

function wordMain(firm: Firm): z.input<typeof mainInformation> {
  return {
    ENTERPRISE_GDT_CODE: firm.code,
    NAME: firm.name,
    NAME_F: firm.foreignName ?? null,
    SHORT_NAME: firm.shortName ?? null,
    ENTERPRISE_TYPE_NAME: firm.form,
    ENTERPRISE_STATUS_NAME: firm.status,
    FOUNDING_DATE: writeWireDate(firm.foundedOn, 'dd/MM/yyyy'),
    CAPITAL_AMOUNT: firm.capital ?? null,
    LEGAL_NAMES: firm.agents.map(({ fullName }) => upperName(fullName)).join('; '),
  };
}

function wordOffice({ address: { street, ward, district } }: Firm): z.input<typeof headOffice> {
  const province = 'Tỉnh An Giang';
  return { CityName: province, DistrictName: district, WardName: ward, StreetNumber: street, AddressFullText: `${street}, ${ward}, ${district}, ${province}, Việt Nam` };
}

function wordAgent({ fullName, personalId, birthDate }: Agent): z.input<typeof representative> {
  return { FULL_NAME: upperName(fullName), PERS_DOC_NO: personalId, PERS_DOC_NAME: 'Thẻ căn cước công dân', DATE_OF_BIRTH: writeWireDate(birthDate, 'dd/MM/yyyy'), NATIONALITY_NAME: 'Việt Nam' };
}

/** The register writes a single one alone and several as a list. */
function oneOrMany<T>(list: readonly T[]): T | T[] | undefined {
  return list.length === 1 ? list[0] : [...list];
}
