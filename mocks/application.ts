import { addDays, civilDateOf, type Instant } from '../src/kit/instant.ts';
import type { YoungFamily } from './people.ts';

/** An application as `submitBundle` takes it. */
export interface InventedApplication {
  readonly idempotencyKey: string;
  readonly form: { readonly birth: ReturnType<typeof birthFormOf> };
}

/** What may differ from the usual application. */
export interface Wish {
  readonly childName?: string;
  readonly bornDaysAgo?: number;
  readonly sex?: 'MALE' | 'FEMALE';
}

/** The birth form that the mother of an invented family would fill in, for a child born some days ago (5 unless said). */
export function birthFormOf(family: YoungFamily, now: Instant, wish: Wish = {}) {
  const { mother, father } = family;
  const born = addDays(civilDateOf(now), -(wish.bornDaysAgo ?? 5));
  const key = ({ personalId, fullName, birthDate }: YoungFamily['mother']) => ({ personalId, fullName, birthDate });
  const surname = father.fullName.split(' ')[0] ?? 'Nguyễn';
  return {
    requester: { ...key(mother), phone: '0900000000' },
    relation: 'MOTHER' as const,
    mother: key(mother),
    father: key(father),
    child: {
      fullName: wish.childName ?? `${surname} An Bình`,
      sex: wish.sex ?? ('FEMALE' as const),
      birthDate: born,
      birthPlace: { provinceCode: '89', detail: 'Bệnh viện Sản Nhi An Giang (dữ liệu giả lập)' },
      hometown: 'An Giang',
    },
    birthNotice: { typeCode: 'GIAY_CHUNG_SINH', source: { register: { number: `GCS-${born.replaceAll('-', '')}`, issuedOn: born, issuer: 'Bệnh viện Sản Nhi An Giang (dữ liệu giả lập)' } } },
    residence: {
      headOfHousehold: key(family.head),
      headConsents: true,
      address: { communeCode: family.commune, detail: family.addressDetail },
    },
    healthCare: { facilityCode: '89001' },
    copies: 1,
  };
}
