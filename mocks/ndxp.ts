import { http, HttpResponse, type HttpHandler } from 'msw';
import { carriedPaths, contract, faultCodes, settings, token } from '../src/systems/ndxp/contract.ts';
import { openMinistry, type Ministry, type World } from './ministry.ts';
import { attended, service, type Desk, type Reply } from './ministry/exchange.ts';
import { openOffice } from './ministry/office.ts';
import { checkBearer, issueToken } from './ndxp/token.ts';
import { fault, wso2 } from './ndxp/wso2.ts';

/** The systems that the gateway carries calls to. */
export type Carried = keyof typeof carriedPaths;

/** What the platform needs to know beside the world. */
export interface Platform {
  /** Base address of a system behind the gateway, asked for at each call. */
  readonly addressOf: (name: Carried) => string;
  /** Life of a token, seconds on the clock. */
  readonly tokenSeconds?: number | undefined;
}

/** WSO2's own default, and the life that is usual on the platform: one hour. */
const TOKEN_SECONDS = 3_600;

/** Headers that pass through the gateway, there and back. */
const PASSING = ['content-type', 'authorization', 'retry-after', 'x-synthetic-data', 'www-authenticate'];

/** The exchange platform: it issues tokens that end, and carries the calls of the systems behind it. */
export function openNdxp(world: World, { addressOf, tokenSeconds = TOKEN_SECONDS }: Platform): Ministry {
  const office = openOffice('ndxp', world, { operations: [...contract.operations, CARRY], outcomes: [] });

  function grant(): Reply<typeof token> {
    const access_token = issueToken(settings.CLIENT_ID.sandbox, office.clock.now(), tokenSeconds);
    return { status: 200, body: { access_token, scope: 'am_application_scope default', token_type: 'Bearer', expires_in: tokenSeconds } };
  }

  return openMinistry(office, {
    contract,
    voice: { ...wso2, say: (status, text, op) => (op ? oauthError(status, 'invalid_request', text) : wso2.say(status, text)) },
    gate: checkClient,
    services: [service(token, grant)],
    carried: (desk) => Object.entries(carriedPaths).map(([name, path]) => carry(desk, path, () => addressOf(name as Carried))),
  });
}

/** The name under which every carried call can be scripted. */
const CARRY = 'ndxp.carry';

function carry(desk: Desk, prefix: string, address: () => string): HttpHandler {
  return http.all(
    `*${prefix}/*`,
    attended(desk, { operation: CARRY, media: 'application/json' }, async (request, text) => {
      const refusal = checkBearer(request, desk.office.clock);
      if (refusal) return refusal;
      const { pathname, search } = new URL(request.url);
      const behind = pathname.slice(pathname.indexOf(prefix) + prefix.length);
      try {
        const response = await fetch(`${address()}${behind}${search}`, {
          method: request.method,
          headers: passing(request.headers),
          ...(request.method !== 'GET' && request.method !== 'HEAD' && { body: text }),
          signal: AbortSignal.any([request.signal, desk.office.closing.signal]),
        });
        return new HttpResponse(await response.text(), { status: response.status, headers: passing(response.headers) });
      } catch {
        return fault(503, faultCodes.backendUnreachable, 'Hệ thống phía sau không phản hồi. Vui lòng thử lại sau.');
      }
    }),
  );
}

function passing(headers: Headers): Record<string, string> {
  return Object.fromEntries(PASSING.flatMap((name) => (headers.has(name) ? [[name, headers.get(name) ?? '']] : [])));
}

/** The token endpoint knows one client, by Basic authentication. */
function checkClient(request: Request): Response | undefined {
  const [, pair = ''] = /^Basic\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  if (Buffer.from(pair, 'base64').toString('utf8') === `${settings.CLIENT_ID.sandbox}:${settings.CLIENT_SECRET.sandbox}`) return undefined;
  return oauthError(401, 'invalid_client', 'Mã ứng dụng hoặc khóa bí mật không đúng.');
}

/** The token endpoint says no in OAuth's form, not in the gateway's. */
function oauthError(status: number, error: string, description: string): Response {
  return HttpResponse.json({ error, error_description: description }, { status, ...(status === 401 && { headers: { 'www-authenticate': 'Basic realm="NDXP"' } }) });
}
