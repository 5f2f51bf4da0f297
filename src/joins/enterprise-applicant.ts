import type { Purpose } from '../access/purpose.ts';
import type { Reach } from '../access/reach.ts';
import type { Viewer } from '../access/viewer.ts';
import type { ApplicantCheck } from '../dossiers/applicants.ts';
import { fieldIssue, type FieldIssue } from '../kit/failure.ts';
import { NOT_FOUND } from '../kit/outcome.ts';
import { words } from '../kit/words.ts';
import { business, type Business, type BusinessStatus } from '../systems/business/client.ts';

/**
 * In which states an enterprise may not apply. One that is being dissolved still settles its matters, one that left its
 * registered address may have come to change it, and a state the hub has no word for is left to the officer.
 */
const BARRED: readonly BusinessStatus[] = ['SUSPENDED', 'DISSOLVED', 'REVOKED'];

/** An ordinary application → the enterprise in whose name it is filed: there is none, it may not apply, or nobody can say now. */
export async function checkEnterprise(reach: Reach, viewer: Viewer, purpose: Purpose, enterprise: string): Promise<ApplicantCheck> {
  const [answer] = await reach(viewer, purpose, business).businesses([enterprise]);
  if (answer?.is === 'done') return { is: 'checked', issues: checkState(answer.value) };
  return answer?.is === 'refused' && answer.code === NOT_FOUND ? { is: 'checked', issues: [enterpriseNotInRegister()] } : { is: 'silent' };
}

function checkState({ status, statusName }: Business): FieldIssue[] {
  if (!BARRED.includes(status)) return [];
  return [
    fieldIssue('enterprise', 'NOT_ALLOWED_NOW', words(`Tình trạng doanh nghiệp trong CSDLQG về đăng ký doanh nghiệp: ${statusName}.`, `The enterprise register has this enterprise as ${status}.`), words('một doanh nghiệp đang hoạt động', 'an enterprise that is at work')),
  ];
}

/** There is no enterprise with the code. */
export function enterpriseNotInRegister(): FieldIssue {
  return fieldIssue(
    'enterprise',
    'NOT_IN_REGISTER',
    words('CSDLQG về đăng ký doanh nghiệp không có doanh nghiệp nào mang mã số này.', 'The enterprise register has no enterprise with this code.'),
    words('mã số ghi trên giấy chứng nhận đăng ký doanh nghiệp', 'the code on the certificate of enterprise registration'),
  );
}
