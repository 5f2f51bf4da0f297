import { HttpResponse } from 'msw';
import { findEnterpriseCodeIssue } from '../src/kit/enterprise-code.ts';
import { contract, findEnterprise } from '../src/systems/business/contract.ts';
import type { Firms } from './business/firm.ts';
import { inventFirms } from './business/invent.ts';
import { wordFirm } from './business/wording.ts';
import { openMinistry, type Ministry, type World } from './ministry.ts';
import { service, type Reply } from './ministry/exchange.ts';
import { openOffice } from './ministry/office.ts';
import type { Voice } from './ministry/voice.ts';
import { checkBearer } from './ndxp/token.ts';

/** The register's refusals: Status "0" and a text. */
const statusZero: Voice = {
  malformed: 200,
  say: (status, text) => HttpResponse.json(refusal(text), { status }),
};

/** The enterprise register: tells everything about one firm, also about one that has ceased. Knows the invented firms unless given others. */
export function openBusiness(world: World, firms?: Firms): Ministry {
  const office = openOffice('business', world, { operations: contract.operations, outcomes: [] });

  function tell({ path: { msdn = '' } }: { path: Readonly<Record<string, string>> }): Reply<typeof findEnterprise> {
    if (findEnterpriseCodeIssue('msdn', msdn)) return { status: 200, body: refusal('Mã số doanh nghiệp không hợp lệ.') };
    const firm = (firms ?? inventFirms()).find(msdn);
    return { status: 200, body: { Status: '1', Message: 'success', DataCount: firm ? 1 : 0, Data: firm ? wordFirm(firm) : {} } };
  }

  return openMinistry(office, {
    contract,
    voice: statusZero,
    gate: (request) => checkBearer(request, office.clock),
    services: [service(findEnterprise, tell)],
  });
}

function refusal(Message: string): { Status: '0'; Message: string; DataCount: 0 } {
  return { Status: '0', Message, DataCount: 0 };
}
