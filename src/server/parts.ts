import type { YogaServerInstance } from 'graphql-yoga';
import type { Audit } from '../access/audit.ts';
import type { Purpose } from '../access/purpose.ts';
import type { HubContext, Services } from '../graph/context.ts';
import type { Hearers } from './callbacks.ts';
import type { Health } from './health.ts';
import type { Sources } from './sources.ts';

/** What the public face is built from. */
export interface ServerParts {
  readonly services: Services;
  readonly hearers: Hearers;
  readonly audit: Audit;
  /** Which network addresses ministries' callbacks may come from. */
  readonly sources: Sources;
  /** The documented purpose of the sandbox, for requests that state none. */
  readonly usualPurpose: Purpose | undefined;
  /** How the hub is. */
  readonly health: Health;
  /** The page of its numbers, and the page's media type. */
  metricsPage(): Promise<{ readonly type: string; readonly text: string }>;
  /** How long a hub that goes away says so before it shuts its door, milliseconds. */
  readonly drainNoticeMs: number;
  /** Queries shown in GraphiQL when it opens. */
  readonly welcome: string;
}

/** The yoga instance, typed by the hub's context. */
export type HubYoga = YogaServerInstance<object, HubContext>;
