import { words, type Words } from '../kit/words.ts';

/** What can be wrong with a paper that is handed in; stable, partners may program against the codes. */
export type PaperProblemCode =
  | 'PAPER_EMPTY'
  | 'PAPER_TOO_LARGE'
  | 'PAPER_CUT_OFF'
  | 'PAPER_TYPE_UNKNOWN'
  | 'PAPER_TYPE_CONTRADICTS'
  | 'PAPER_NAME_NOT_ALLOWED'
  | 'DIGEST_MALFORMED'
  | 'DIGEST_CONTRADICTS'
  | 'ENCODING_NOT_ALLOWED'
  | 'MULTIPART_MALFORMED'
  | 'NOT_ONE_FILE'
  | 'METHOD_NOT_ALLOWED'
  | 'SENT_AGAIN_TOO_SOON';

/** Why a paper was not taken: what is wrong and what would be right. Nothing of it was kept. */
export interface PaperProblem {
  readonly is: 'problem';
  readonly code: PaperProblemCode;
  readonly message: Words;
  readonly expected: Words;
}

/** Builds a problem. */
export function paperProblem(code: PaperProblemCode, message: Words, expected: Words): PaperProblem {
  return { is: 'problem', code, message, expected };
}

/** Carries a problem through a stream, where only errors go. */
export class PaperRefused extends Error {
  override readonly name = 'PaperRefused';
  readonly problem: PaperProblem;
  constructor(problem: PaperProblem) {
    super(problem.code);
    this.problem = problem;
  }
}

/** The body ended before all of it was here. */
export function cutOff(): PaperProblem {
  return paperProblem('PAPER_CUT_OFF', words('Giấy tờ chưa được gửi đến cuối; chưa có gì được lưu.', 'The paper ends in the middle; nothing was kept.'), words('toàn bộ tệp, gửi lại từ đầu', 'the whole file, sent again from the beginning'));
}
