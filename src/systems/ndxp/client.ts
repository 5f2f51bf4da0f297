import { later } from '../../kit/instant.ts';
import { done } from '../../kit/outcome.ts';
import { defineSystem, type GatewayHandle, type TokenAnswer, type Wire } from '../../kit/system.ts';
import { words } from '../../kit/words.ts';
import { settings, token as tokenExchange } from './contract.ts';

async function token(wire: Wire): Promise<TokenAnswer> {
  const answer = await wire.exchange(tokenExchange, {
    body: () => ({ grant_type: 'client_credentials' as const }),
    trace: { about: [], fields: [] },
  });
  if (answer.is !== 'answer') return answer;
  const asOf = wire.now();
  return done({ token: answer.body.access_token, expiresAt: later(asOf, answer.body.expires_in * 1_000) }, asOf);
}

/** The national exchange platform ("NDXP"): issues the tokens of the systems behind it and carries their calls. */
export const ndxp: GatewayHandle = defineSystem({
  name: 'ndxp',
  title: words('Nền tảng tích hợp, chia sẻ dữ liệu quốc gia (NDXP)', 'National data exchange platform (NDXP)'),
  limits: { deadlineMs: 5_000, budgetMs: 7_500, parallel: 4, perSecond: 20, failuresToOpen: 5, openMs: 5_000 },
  settings,
  authenticate(_request, { settings: account }) {
    const pair = Buffer.from(`${account['CLIENT_ID']}:${account['CLIENT_SECRET']}`).toString('base64');
    return Promise.resolve({ authorization: `Basic ${pair}` });
  },
  verbs: { token },
});
