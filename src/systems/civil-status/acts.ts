import { defineAct, type Order } from '../../kit/act.ts';
import { printedDate } from '../../kit/instant.ts';
import { words } from '../../kit/words.ts';
import { civilStatus, type BirthEntry, type BirthRegistration } from './client.ts';
import { MOST_AT_ONCE } from './contract.ts';

/** What the bundle must give to order a birth registration; the codes come with the order. */
export type BirthOrder = Omit<BirthRegistration, 'dossier' | 'linked' | 'agency' | 'papers'>;

/**
 * Registers a birth ("đăng ký khai sinh"). Key on the wire: the pair of dossier codes; a repeated dossier is
 * answered "đã tồn tại". A registered birth stands: there is no undoing it from here (Luật Hộ tịch 2014).
 */
export const registerBirth = defineAct({
  name: 'registerBirth',
  title: words('Đăng ký khai sinh', 'Birth registration'),
  system: civilStatus,
  desk: 'COMMUNE',
  atOnce: MOST_AT_ONCE,
  answers: 'polled',
  order: async (verbs, { input, dossier, linked, agency, papers }: Order<BirthOrder>) => verbs.receiveBirth({ ...input, dossier, linked, agency, papers: await papers() }),
  async inquire(verbs, orders) {
    const found = await verbs.pollBirths(orders.map((order) => order.dossier));
    return new Map(orders.flatMap((order) => {
      const outcome = found.get(order.dossier);
      return outcome ? [[order.key, outcome] as const] : [];
    }));
  },
  document: ({ resultCode, number, book, page, personalId, registeredOn, communeCode, certificatePdf }, { child }) => ({
    typeCode: resultCode,
    title: words('Giấy khai sinh', 'Birth certificate'),
    number,
    lines: [
      { label: 'Họ, chữ đệm, tên', value: child.fullName },
      { label: 'Ngày, tháng, năm sinh', value: printedDate(child.birthDate) },
      { label: 'Số định danh cá nhân', value: personalId },
      { label: 'Quyển số', value: book },
      { label: 'Trang số', value: page },
      { label: 'Ngày đăng ký', value: printedDate(registeredOn) },
      { label: 'Nơi đăng ký', value: { commune: communeCode } },
    ],
    ...(certificatePdf ? { pdf: certificatePdf } : {}),
  }),
  kept: ({ certificatePdf: _, ...entry }) => entry,
});

/** The result of a registered birth. */
export type { BirthEntry };

/** What the civil-status register may be ordered to do. */
export const acts = [registerBirth];
