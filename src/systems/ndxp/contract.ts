import { z } from 'zod';
import { operation, type Contract } from '../../kit/contract.ts';
import type { Setting } from '../../kit/system.ts';

/** What the platform issues to the province. */
export const settings = {
  CLIENT_ID: { describe: 'Client id at the token endpoint', sandbox: 'lienthong-sandbox' },
  CLIENT_SECRET: { describe: 'Client secret at the token endpoint', sandbox: 'sandbox-ndxp-secret' },
} satisfies Record<string, Setting>;

/** What the token endpoint gives: an opaque bearer token and its life in seconds. */
export const tokenGrant = z.object({
  access_token: z.string().min(1),
  scope: z.string().optional(),
  token_type: z.literal('Bearer'),
  expires_in: z.int().positive(),
});

/** How the gateway says no: the fault body of a WSO2 API manager. */
export const fault = z.object({
  fault: z.object({ code: z.int(), message: z.string(), description: z.string() }),
});

/** The gateway's fault codes that the hub meets. */
export const faultCodes = {
  invalidCredentials: 900901,
  missingCredentials: 900902,
  tokenExpired: 900903,
  notSubscribed: 900908,
  throttled: 900800,
  unknownResource: 404,
  backendUnreachable: 101503,
} as const;

/** `POST /token`: client credentials for a token that ends. */
export const token = operation({
  id: 'ndxp.token',
  summary: 'Exchanges the client credentials (Basic) for a bearer token.',
  method: 'POST',
  path: '/token',
  media: 'application/x-www-form-urlencoded',
  request: z.object({ grant_type: z.literal('client_credentials') }),
  answers: { 200: tokenGrant },
  secured: true,
  source: 'domain notes §2.1 [checked]; life of 3,600 s [assumed: medium]; fault bodies [assumed: medium]',
});

/** Paths below which the gateway carries the calls of the systems behind it. */
export const carriedPaths = {
  'civil-status': '/hotich/1.0',
  business: '/apiCSDLDKDN/1.0',
  'social-insurance': '/bhxh/1.0',
} as const;

/** The gateway's document. */
export const contract: Contract = {
  title: 'NDXP – Nền tảng tích hợp, chia sẻ dữ liệu quốc gia',
  version: '1.0',
  description: 'Token endpoint and gateway of civil status, business registration and social insurance. Refusals are WSO2 fault bodies: 900901 invalid credentials, 900903 token expired, 900908 not subscribed, 900800 throttled, 101503 back end unreachable.',
  security: { type: 'http', scheme: 'basic', description: 'Client id and secret.' },
  operations: [token],
};
