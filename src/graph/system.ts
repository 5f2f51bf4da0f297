import type { LineStanding, LineState } from '../kit/call.ts';
import { part } from '../kit/part.ts';
import type { SystemName } from '../kit/system.ts';
import type { Words } from '../kit/words.ts';
import { SystemNameEnum, builder, langArg, said } from './builder.ts';

/** A national system as the hub stands to it now. */
export interface SystemStanding extends LineStanding {
  readonly name: SystemName;
  readonly title: Words;
  readonly behind: SystemName | null;
}

/** Tells how the hub stands to every system; supplied by the composition. */
export const standingsPart = part<() => readonly SystemStanding[]>('standings');

const LineStateEnum = builder.enumType('LineState', {
  description: 'Whether calls to a system go through ("tình trạng kết nối").',
  values: {
    CLOSED: { value: 'CLOSED' as LineState, description: 'Calls pass ("bình thường").' },
    OPEN: { value: 'OPEN' as LineState, description: 'Calls are held back after failures ("tạm ngắt").' },
    HALF_OPEN: { value: 'HALF_OPEN' as LineState, description: 'One call is trying ("đang thử lại").' },
  },
});

const SystemType = builder.objectRef<SystemStanding>('System').implement({
  description: 'A national system and how the hub stands to it ("hệ thống quốc gia").',
  fields: (t) => ({
    name: t.expose('name', { type: SystemNameEnum, description: 'Its name ("tên").' }),
    title: t.string({ args: langArg, description: 'What it is called ("tên gọi").', resolve: (system, args) => said(system.title, args) }),
    behind: t.expose('behind', { type: SystemNameEnum, nullable: true, description: 'The gateway that carries its calls ("qua trục").' }),
    state: t.expose('state', { type: LineStateEnum, description: 'The breaker of its line ("tình trạng kết nối").' }),
    callsUnderWay: t.exposeInt('underWay', { description: 'Calls of this hub process that have left and are not answered ("số cuộc gọi đang chờ trả lời").' }),
    callsWaiting: t.exposeInt('waiting', { description: 'Calls that wait in this hub process for their turn ("số cuộc gọi đang xếp hàng").' }),
    failuresInARow: t.exposeInt('failuresInARow', { description: 'Calls without an answer since the last answer ("số lần lỗi liên tiếp").' }),
    lastAnswerAt: t.expose('lastAnswerAt', { type: 'DateTime', nullable: true, description: 'When it last answered anything; null: not since this hub process began ("lần trả lời gần nhất").' }),
    usualPerSecond: t.exposeFloat('usualPerSecond', { description: 'Calls that usually begin in a second, over the last minutes; while it is dark or drains, what was before ("tần suất thường ngày").' }),
    allowedPerSecond: t.exposeFloat('allowedPerSecond', { description: 'Calls that may begin in a second now: what was agreed with it, and after it was dark at most twice what is usual ("tần suất cho phép").' }),
    draining: t.exposeBoolean('isDraining', { description: 'Whether it was dark and what has gathered meanwhile is being worked off at that slower rate ("đang giải tỏa hồ sơ tồn").' }),
  }),
});

builder.queryField('systems', (t) =>
  t.field({ type: [SystemType], description: 'The national systems ("các hệ thống quốc gia").', resolve: (_, __, { parts }) => [...parts.get(standingsPart)()] }),
);
