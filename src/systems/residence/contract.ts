import { z } from 'zod';
import { operation, type Contract } from '../../kit/contract.ts';
import type { Setting } from '../../kit/system.ts';

/** What the police issue to the province. */
export const settings = {
  API_KEY: { describe: 'Key sent in X-Api-Key', sandbox: 'sandbox-residence-key' },
} satisfies Record<string, Setting>;

const personalId = z.string().regex(/^\d{12}$/);
/** Date as the police portal writes it: "dd/MM/yyyy". */
const date = z.string().regex(/^\d{2}\/\d{2}\/\d{4}$/);

/** State of a registration: 1 waiting, 2 supplement, 4 done, 6 refused. */
export const states = { waiting: 1, supplement: 2, done: 4, refused: 6 } as const;

/** `POST /residence/registrations`: registers permanent residence. The same `maYeuCau` is the same registration. */
export const register = operation({
  id: 'residence.register',
  summary: 'Registers permanent residence with the consent of the head of household. The same maYeuCau is the same registration; after a supplement request it carries the amended form.',
  method: 'POST',
  path: '/residence/registrations',
  media: 'application/json',
  request: z.object({
    maYeuCau: z.string().min(1).max(80),
    maHoSoLT: z.string().min(1),
    soDinhDanh: personalId,
    hoTen: z.string().min(1),
    ngaySinh: date,
    chuHo: z.object({ soDinhDanh: personalId, dongY: z.boolean() }),
    diaChi: z.object({ maXa: z.string().regex(/^\d{5}$/), chiTiet: z.string().min(1) }),
  }),
  answers: {
    202: z.object({ maTiepNhan: z.string().min(1) }),
    422: z.object({ maLoi: z.string(), lyDo: z.string() }),
  },
  secured: true,
  source: 'domain notes §2.9 [assumed: low]',
});

/** `GET /residence/registrations/{maYeuCau}`: what became of it. */
export const inquire = operation({
  id: 'residence.inquire',
  summary: 'What became of a registration.',
  method: 'GET',
  path: '/residence/registrations/{maYeuCau}',
  media: 'application/json',
  answers: {
    200: z.object({
      trangThai: z.union([z.literal(1), z.literal(2), z.literal(4), z.literal(6)]),
      lyDo: z.string().optional(),
      ketQua: z
        .object({ soThongBao: z.string(), ngayDangKy: date, soDinhDanh: personalId, maXa: z.string(), chiTiet: z.string() })
        .optional(),
    }),
    404: z.object({ maLoi: z.string(), lyDo: z.string() }),
  },
  secured: true,
  source: 'domain notes §2.9 [assumed: low]; the fields of ketQua [assumed: low]',
});

/** The residence database's document (commune police). */
export const contract: Contract = {
  title: 'Cơ sở dữ liệu về cư trú – Bộ Công an',
  version: '1.0',
  description: 'Registration of permanent residence inside a linked procedure. The result is polled.',
  security: { type: 'apiKey', in: 'header', name: 'X-Api-Key', description: 'Key of the calling province.' },
  operations: [register, inquire],
};
