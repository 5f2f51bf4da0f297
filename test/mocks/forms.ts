import { readExchange } from '../exchanges/read.ts';
import { baby, father } from '../exchanges/people.ts';

/** The hand-written birth dossier under another number, with other facts about the birth. */
export function birthDossier(number: number, facts: Readonly<Record<string, unknown>> = {}): Record<string, unknown> & { maHoSoMCDT: string; maHoSoLT: string } {
  const written = JSON.parse(readExchange('civil-status', '1-receive').request.body) as { data: Record<string, unknown> };
  const tail = String(number).padStart(4, '0');
  return {
    ...written,
    maHoSoMCDT: `000.00.01.H01-250303-${tail}`,
    maHoSoLT: `LT-89-20250303-${tail}`,
    data: { ...written.data, nksHoTen: `Trần Thị Số ${tail}`, ...facts },
  };
}

/** The question for at most three dossiers. */
export function pollOf(...numbers: readonly number[]): Record<string, unknown> {
  return { maTinh: '89', module: 'LTKS', maDinhDanhHoSo: numbers.map((number) => `000.00.01.H01-250303-${String(number).padStart(4, '0')}`) };
}

/** One polled dossier, with its result read. */
export interface Polled {
  readonly trangThai: number;
  readonly noiDungXuLy: string;
  readonly hanBoSungHoSo?: string;
  readonly result: Readonly<Record<string, string>>;
}

/** Reads a poll's answer. */
export function readPolled(body: Readonly<Record<string, unknown>>): Polled[] {
  const value = body['value'] as (Omit<Polled, 'result'> & { ketQuaXuLy?: string })[];
  return value.map(({ ketQuaXuLy, ...one }) => ({ ...one, result: JSON.parse(ketQuaXuLy ?? '{}') as Record<string, string> }));
}

/** The baby's registration of residence in the father's household. */
export function residenceForm(key: string, changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    maYeuCau: key,
    maHoSoLT: 'LT-89-20250303-0001',
    soDinhDanh: baby.personalId,
    hoTen: baby.fullName,
    ngaySinh: '20/02/2025',
    chuHo: { soDinhDanh: father.personalId, dongY: true },
    diaChi: { maXa: '30280', chiTiet: 'Số 1, đường Hoa Sen (dữ liệu giả lập)' },
    ...changes,
  };
}

/** The order of the baby's card. */
export function cardOrder(key: string, changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return {
    maYeuCau: key,
    soDinhDanh: baby.personalId,
    hoTen: baby.fullName,
    ngaySinh: '20/02/2025',
    maXa: '30280',
    maCoSoKCB: '89003',
    callbackUrl: 'http://127.0.0.1:9/callbacks/social-insurance/ticket',
    ...changes,
  };
}
