import DataLoader from 'dataloader';
import type { Purpose } from '../access/purpose.ts';
import type { Reach } from '../access/reach.ts';
import type { Viewer } from '../access/viewer.ts';
import type { SystemHandle, Verbs, Wire } from '../kit/system.ts';

/** A read of a national system that takes many keys at once: what joins and root fields load through. */
export interface Lookup<Key, Answer> {
  readonly system: SystemHandle;
  readonly verb: string;
  readonly carries?: (key: Key) => Answer;
}

/** The loaders of one request, or of one event of a subscription: no key is asked twice under one purpose. */
export type Loaders = Map<string, DataLoader<unknown, unknown, string>>;

/** What loading needs of a request. */
export interface Loading {
  readonly viewer: Viewer;
  readonly reach: Reach;
  readonly loaders: Loaders;
}

type KeyOf<V> = V extends (wire: Wire, keys: readonly (infer Key)[]) => unknown ? Key : never;
type AnswerOfVerb<V> = V extends (wire: Wire, keys: never) => Promise<readonly (infer Answer)[]> ? Answer : never;

/** Names a read by its system and verb; the types of key and answer come from the verb. */
export function lookup<V extends Verbs, Name extends keyof V & string>(system: SystemHandle<V>, verb: Name): Lookup<KeyOf<V[Name]>, AnswerOfVerb<V[Name]>> {
  return { system: system as unknown as SystemHandle, verb };
}

/** Loads one key. Keys of one tick go out together; equal keys go out once. */
export function load<Key, Answer>(context: Loading, read: Lookup<Key, Answer>, purpose: Purpose, key: Key): Promise<Answer> {
  return loaderOf<Key, Answer>(context.loaders, JSON.stringify([read.system.name, read.verb, purpose]), () => {
    const verbs = context.reach(context.viewer, purpose, read.system) as Record<string, (keys: readonly Key[]) => Promise<readonly Answer[]>>;
    const ask = verbs[read.verb];
    if (!ask) throw new Error(`The system ${read.system.name} has no verb ${read.verb}.`);
    return ask;
  }).load(key);
}

/** Loads what the hub itself keeps under a key: the keys of one tick, such as those of a whole page, are read in one go. `read` answers in the order of the keys. */
export function loadOwn<Answer>({ loaders }: Pick<Loading, 'loaders'>, name: string, key: string, read: (keys: readonly string[]) => Promise<readonly Answer[]>): Promise<Answer> {
  return loaderOf<string, Answer>(loaders, `own ${name}`, () => read).load(key);
}

function loaderOf<Key, Answer>(loaders: Loaders, name: string, open: () => (keys: readonly Key[]) => Promise<readonly Answer[]>): DataLoader<Key, Answer, string> {
  const known = loaders.get(name) as DataLoader<Key, Answer, string> | undefined;
  if (known) return known;
  const loader = new DataLoader<Key, Answer, string>(open(), { cacheKeyFn: (one) => JSON.stringify(one) });
  loaders.set(name, loader as DataLoader<unknown, unknown, string>);
  return loader;
}
