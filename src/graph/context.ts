import type { Purpose, PurposeReading } from '../access/purpose.ts';
import type { Reach } from '../access/reach.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Feed } from '../events/feed.ts';
import type { Clock } from '../kit/clock.ts';
import type { Log } from '../kit/log.ts';
import type { Parts } from '../kit/part.ts';
import type { Seal } from '../kit/seal.ts';
import type { Store } from '../kit/store.ts';
import { refuse } from './errors.ts';
import type { Loaders } from './lookup.ts';
import { words } from '../kit/words.ts';

/** What the whole hub shares with every request. Names no ministry; rooms above the graph come in as parts. */
export interface Services {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly seal: Seal;
  readonly feed: Feed;
  readonly reach: Reach;
  readonly parts: Parts;
}

/** What a resolver knows of the request it serves. */
export interface HubContext extends Services {
  readonly viewer: Viewer;
  /** What the request stated as its purpose; use `purposeOf`. */
  readonly purpose: PurposeReading;
  readonly requestId: string;
  readonly loaders: Loaders;
}

/** Who acts as an officer: the opaque staff id that the purpose names, else whoever asks. */
export function officerOf({ purpose, viewer }: Pick<HubContext, 'purpose' | 'viewer'>): string {
  return (purpose && !('issues' in purpose) ? purpose.officer : undefined) ?? viewer.id;
}

/** The request's purpose; refuses the field when none, or a malformed one, was stated. */
export function purposeOf(context: Pick<HubContext, 'purpose'>): Purpose {
  const { purpose } = context;
  if (!purpose) {
    throw refuse('PURPOSE_REQUIRED', words('Phải nêu mục đích khai thác: extensions.purpose hoặc tiêu đề Lienthong-Purpose.', 'State the purpose: extensions.purpose or the header Lienthong-Purpose.'));
  }
  if ('issues' in purpose) {
    throw refuse('BAD_INPUT', words('Mục đích khai thác không đúng dạng.', 'The purpose is not in the right form.'), { issues: purpose.issues });
  }
  return purpose;
}
