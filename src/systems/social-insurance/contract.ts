import { z } from 'zod';
import { callback, operation, type Contract } from '../../kit/contract.ts';
import type { Setting } from '../../kit/system.ts';

/** What social insurance issues to the province. */
export const settings = {
  CALLBACK_KEY: { describe: 'Key with which callbacks are signed (HMAC-SHA256)', sandbox: 'sandbox-bhxh-callback-key' },
} satisfies Record<string, Setting>;

const personalId = z.string().regex(/^\d{12}$/);
/** Date as social insurance writes it: "dd/MM/yyyy". */
const date = z.string().regex(/^\d{2}\/\d{2}\/\d{4}$/);
/** Two letters of the group, benefit level, province, ten digits of the insurance number. */
const cardNumber = z.string().regex(/^[A-Z]{2}[1-5]\d{2}\d{10}$/);

/** State of a card request: 1 waiting, 4 done, 6 refused. */
export const states = { waiting: 1, done: 4, refused: 6 } as const;

/** What became of a card request; the callback and the look-up answer alike. */
export const cardState = z.object({
  maYeuCau: z.string().min(1),
  trangThai: z.union([z.literal(1), z.literal(4), z.literal(6)]),
  soThe: cardNumber.optional(),
  tuNgay: date.optional(),
  denNgay: date.optional(),
  maCoSoKCB: z.string().optional(),
  lyDo: z.string().optional(),
});

/** `POST /te-cards`: a card for a child under six. The same child twice gets the same card. */
export const issueCard = operation({
  id: 'socialInsurance.issueCard',
  summary: 'Orders the health-insurance card of a child under six; answered by callback. The same maYeuCau is the same order, and the same child gets the same card.',
  method: 'POST',
  path: '/te-cards',
  media: 'application/json',
  request: z.object({
    maYeuCau: z.string().min(1).max(80),
    soDinhDanh: personalId,
    hoTen: z.string().min(1),
    ngaySinh: date,
    maXa: z.string().regex(/^\d{5}$/),
    maCoSoKCB: z.string().regex(/^\d{5}$/),
    callbackUrl: z.url(),
  }),
  answers: {
    202: z.object({ maYeuCau: z.string() }),
    422: z.object({ maLoi: z.string(), lyDo: z.string() }),
  },
  secured: true,
  source: 'domain notes §2.9 [assumed: low]',
});

/** `GET /te-cards/{maYeuCau}`: what became of it. */
export const inquireCard = operation({
  id: 'socialInsurance.inquireCard',
  summary: 'What became of a card request.',
  method: 'GET',
  path: '/te-cards/{maYeuCau}',
  media: 'application/json',
  answers: { 200: cardState, 404: z.object({ maLoi: z.string(), lyDo: z.string() }) },
  secured: true,
  source: 'domain notes §2.9 [assumed: low]',
});

/** At most this many persons may be named in one look-up. */
export const MOST_AT_ONCE = 50;

/** `POST /the-bhyt/tra-cuu`: whether persons hold a valid card; number, name and date of birth must match. */
export const lookUpCards = operation({
  id: 'socialInsurance.lookUpCards',
  summary: 'The health-insurance cards of at most fifty persons, by number, name and date of birth. Result codes: 000 valid, 001 ended, 050 not found, 060 name differs, 070 date of birth differs.',
  method: 'POST',
  path: '/the-bhyt/tra-cuu',
  media: 'application/json',
  request: z.object({
    maYeuCau: z.string().min(1),
    maCanBo: z.string().min(1),
    maTTHC: z.string().min(1),
    danhSach: z.array(z.object({ soDinhDanh: personalId, hoTen: z.string().min(1), ngaySinh: z.string().regex(/^(\d{2}\/\d{2}\/)?\d{4}$/) })).min(1).max(MOST_AT_ONCE),
  }),
  answers: {
    200: z.object({
      ketQua: z.array(
        z.object({
          soDinhDanh: personalId,
          maKetQua: z.enum(['000', '001', '050', '060', '061', '070']),
          the: z.object({ soThe: cardNumber, tuNgay: date, denNgay: date, maCoSoKCB: z.string(), mucHuong: z.string() }).optional(),
        }),
      ),
    }),
  },
  secured: true,
  source: 'domain notes §2.8: inputs and result codes [assumed: medium], path and list form [assumed: low]',
});

/** The callback that answers a card order. */
export const cardAnswered = callback({
  id: 'socialInsurance.cardAnswered',
  summary: 'Answers a card order; repeated until the hub answers 2xx.',
  body: cardState,
  signatureHeader: 'x-bhxh-signature',
  source: 'domain notes §2.9: HMAC-SHA256 of the body in a header [assumed: low]; hexadecimal, header name [assumed: low]',
});

/** The social-insurance document. */
export const contract: Contract = {
  title: 'Bảo hiểm xã hội – thẻ BHYT trẻ em dưới 6 tuổi',
  version: '1.0',
  description: 'Orders cards for children under six and looks cards up. Behind NDXP. Callbacks are signed: HMAC-SHA256 (hex) of the raw body with the callback key.',
  security: { type: 'http', scheme: 'bearer', description: 'Token of NDXP.' },
  operations: [issueCard, inquireCard, lookUpCards],
  callbacks: [cardAnswered],
};
