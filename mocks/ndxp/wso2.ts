import { HttpResponse } from 'msw';
import { faultCodes } from '../../src/systems/ndxp/contract.ts';
import type { Voice } from '../ministry/voice.ts';

/** WSO2's own short words beside each of its codes; the description is Vietnamese. */
const MESSAGES: Readonly<Record<number, string>> = {
  [faultCodes.invalidCredentials]: 'Invalid Credentials',
  [faultCodes.missingCredentials]: 'Missing Credentials',
  [faultCodes.tokenExpired]: 'Access Token Expired',
  [faultCodes.notSubscribed]: 'Resource forbidden',
  [faultCodes.throttled]: 'Message throttled out',
  [faultCodes.unknownResource]: 'No matching resource found',
  [faultCodes.backendUnreachable]: 'Backend service unavailable',
};

/** The code that goes with a status which somebody scripted. */
const CODES: Readonly<Record<number, number>> = {
  401: faultCodes.invalidCredentials,
  403: faultCodes.notSubscribed,
  404: faultCodes.unknownResource,
  429: faultCodes.throttled,
  503: faultCodes.backendUnreachable,
};

/** A refusal of the API manager: `{"fault":{code,message,description}}`. */
export function fault(status: number, code: number, description: string): Response {
  return HttpResponse.json(
    { fault: { code, message: MESSAGES[code] ?? 'Runtime Error', description } },
    { status, ...(status === 401 && { headers: { 'www-authenticate': 'Bearer realm="NDXP"' } }) },
  );
}

/** The API manager's voice. */
export const wso2: Voice = {
  malformed: 400,
  say: (status, text) => fault(status, CODES[status] ?? status, text),
};
