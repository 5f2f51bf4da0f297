import type { z } from 'zod';
import { inGroups } from '../../kit/in-groups.ts';
import type { CivilDate, Instant } from '../../kit/instant.ts';
import { NOT_FOUND, badAnswer, done, refused, type OrderOutcome, type Outcome } from '../../kit/outcome.ts';
import { tidy } from '../../kit/person-name.ts';
import type { PersonKey } from '../../kit/personal-id.ts';
import { defineSystem, type Wire } from '../../kit/system.ts';
import { findWireDate, writeWireDate } from '../../kit/wire-date.ts';
import { words } from '../../kit/words.ts';
import { MOST_AT_ONCE, inquireCard, issueCard, lookUpCards, settings, states, type cardState } from './contract.ts';

/** What is needed to order the card of a child under six ("thẻ BHYT trẻ em dưới 6 tuổi"). */
export interface CardOrderForm {
  readonly key: string;
  readonly child: { readonly personalId: string; readonly fullName: string; readonly birthDate: CivilDate };
  readonly communeCode: string;
  /** First-registration health facility, five digits ("mã cơ sở KCB"). */
  readonly facilityCode: string;
  readonly callbackUrl: string;
}

/** A health-insurance card ("thẻ bảo hiểm y tế"). */
export interface Card {
  /** Fifteen characters: group, benefit level, province, insurance number. */
  readonly number: string;
  readonly validFrom: CivilDate;
  readonly validTo: CivilDate;
  readonly facilityCode?: string | undefined;
}

/** Orders a card; the answer comes to the callback address. */
async function issue(wire: Wire, { key, child, communeCode, facilityCode, callbackUrl }: CardOrderForm): Promise<OrderOutcome<Card>> {
  const answer = await wire.exchange(issueCard, {
    trace: { about: [child.personalId], fields: ['issueCard'] },
    body: () => ({
      maYeuCau: key,
      soDinhDanh: child.personalId,
      hoTen: tidy(child.fullName),
      ngaySinh: writeWireDate(child.birthDate, 'dd/MM/yyyy'),
      maXa: communeCode,
      maCoSoKCB: facilityCode,
      callbackUrl,
    }),
  });
  if (answer.is !== 'answer') return answer;
  if (answer.status === 422) return refused(answer.body.maLoi, words(answer.body.lyDo, `Social insurance did not take the order: ${answer.body.lyDo}`));
  return { is: 'pending' };
}

/** What became of a card order; NOT_FOUND when social insurance never heard of it. */
async function inquire(wire: Wire, key: string): Promise<OrderOutcome<Card>> {
  const answer = await wire.exchange(inquireCard, { path: { maYeuCau: key }, trace: { about: [], fields: ['card'] } });
  if (answer.is !== 'answer') return answer;
  if (answer.status === 404) return refused(NOT_FOUND, words(answer.body.lyDo, 'Social insurance knows of no such order.'));
  return readCardState(answer.body, wire.now());
}

/** Reads the state of a card order, from a callback as from a look-up. */
export function readCardState(state: z.output<typeof cardState>, now: Instant): OrderOutcome<Card> {
  const { trangThai, lyDo = '', soThe, tuNgay = '', denNgay = '' } = state;
  if (trangThai === states.refused) return refused('REFUSED', words(lyDo || 'BHXH từ chối, không nêu lý do.', `Social insurance refused the card: ${lyDo || 'no reason given'}`));
  if (trangThai === states.waiting) return { is: 'pending' };
  const validFrom = findWireDate(tuNgay, 'dd/MM/yyyy');
  const validTo = findWireDate(denNgay, 'dd/MM/yyyy');
  if (!soThe || !validFrom || !validTo) return badAnswer('soThe, tuNgay or denNgay: missing though trangThai is 4');
  return done({ number: soThe, validFrom, validTo, facilityCode: state.maCoSoKCB }, now);
}

/** The cards of persons, fifty a call; the answers stand in the order of the keys. No card is NOT_FOUND. */
async function cardsOf(wire: Wire, keys: readonly PersonKey[]): Promise<readonly Outcome<Card>[]> {
  const answers = await Promise.all(inGroups(keys, MOST_AT_ONCE).map((asked) => lookUpGroup(wire, asked)));
  return answers.flat();
}

async function lookUpGroup(wire: Wire, asked: readonly PersonKey[]): Promise<readonly Outcome<Card>[]> {
  const answer = await wire.exchange(lookUpCards, {
    trace: { about: asked.map((key) => key.personalId), fields: ['card'] },
    body: (ask) => ({
      maYeuCau: ask.requestId,
      maCanBo: ask.officer,
      maTTHC: ask.procedure,
      danhSach: asked.map((key) => ({ soDinhDanh: key.personalId, hoTen: tidy(key.fullName), ngaySinh: key.birthDate.length === 4 ? key.birthDate : writeWireDate(key.birthDate, 'dd/MM/yyyy') })),
    }),
  });
  if (answer.is !== 'answer') return asked.map(() => answer);
  const results = [...answer.body.ketQua]; // taken one by one: the same number may have been asked for under two names
  return asked.map((key) => {
    const place = results.findIndex((one) => one.soDinhDanh === key.personalId);
    const [one] = place < 0 ? [] : results.splice(place, 1);
    return readLookUp(one?.maKetQua ?? '050', one?.the, wire.now());
  });
}

function readLookUp(code: string, card: { soThe: string; tuNgay: string; denNgay: string; maCoSoKCB: string } | undefined, now: Instant): Outcome<Card> {
  if (code === '050' || code === '060' || code === '061' || code === '070') {
    return refused(NOT_FOUND, words('Không tìm thấy thẻ khớp số định danh, họ tên và ngày sinh.', 'No card matches number, name and date of birth.'));
  }
  const validFrom = findWireDate(card?.tuNgay ?? '', 'dd/MM/yyyy');
  const validTo = findWireDate(card?.denNgay ?? '', 'dd/MM/yyyy');
  if (!card || !validFrom || !validTo) return badAnswer('the: missing though the result code names a card');
  return done({ number: card.soThe, validFrom, validTo, facilityCode: card.maCoSoKCB }, now);
}

/** Social insurance ("Bảo hiểm xã hội"). */
export const socialInsurance = defineSystem({
  name: 'social-insurance',
  title: words('Bảo hiểm xã hội', 'Social insurance'),
  behind: 'ndxp',
  gatewayPath: '/bhxh/1.0',
  limits: { deadlineMs: 10_000, budgetMs: 15_000, parallel: 8, perSecond: 500, failuresToOpen: 5, openMs: 5_000 },
  settings,
  authenticate: async (_request, { bearer }) => ({ authorization: `Bearer ${await bearer()}` }),
  verbs: { issue, inquire, cardsOf },
});
