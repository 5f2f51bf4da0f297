import { BorrowedInterface, builder } from '../../graph/builder.ts';
import type { Borrowed } from '../../graph/errors.ts';
import type { ResidenceEntry } from './client.ts';

/** A registered permanent residence. */
export const ResidenceRegistrationType = builder.objectRef<Borrowed<ResidenceEntry>>('ResidenceRegistration').implement({
  description: 'A registered permanent residence ("kết quả đăng ký thường trú").',
  interfaces: [BorrowedInterface],
  fields: (t) => ({
    noticeNumber: t.exposeString('noticeNumber', { description: 'Number of the notice of result ("số thông báo").' }),
    registeredOn: t.expose('registeredOn', { type: 'Date', description: 'The day of registration ("ngày đăng ký").' }),
    communeCode: t.exposeString('communeCode', { description: 'The commune ("mã xã, phường").' }),
    detail: t.exposeString('detail', { description: 'House, street, hamlet ("địa chỉ chi tiết").' }),
  }),
});
