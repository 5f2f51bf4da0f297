import { HttpResponse } from 'msw';
import type { Operation } from '../../src/kit/contract.ts';

/** How a ministry says no outside its business: each has a form of its own, all speak Vietnamese. */
export interface Voice {
  /** The HTTP status for a request that is not in the words of the contract. */
  readonly malformed: number;
  /** A refusal with that HTTP status and text. */
  readonly say: (status: number, text: string, op?: Operation) => Response;
}

/** The form of the police and of social insurance: `{maLoi, lyDo}`. */
export const codeAndReason: Voice = {
  malformed: 422,
  say: (status, text) => HttpResponse.json({ maLoi: ERROR_CODES[status] ?? `LOI_${status}`, lyDo: text }, { status }),
};

const ERROR_CODES: Readonly<Record<number, string>> = {
  401: 'KHONG_XAC_THUC',
  404: 'KHONG_TIM_THAY',
  422: 'DU_LIEU_KHONG_HOP_LE',
  500: 'LOI_HE_THONG',
};
