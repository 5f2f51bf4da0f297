import { randomUUID } from 'node:crypto';
import { readPurpose, type Purpose, type PurposeReading } from '../access/purpose.ts';
import { developer } from '../access/viewer.ts';
import type { HubContext, Services } from '../graph/context.ts';

/** Where a request may state its purpose: the operation's extensions first, then the transport's header or init payload. */
export interface StatedPurpose {
  readonly extensions: Readonly<Record<string, unknown>> | null | undefined;
  readonly transport: unknown;
}

/** Makes the context of one operation. The viewer is the developer with every role until the access issue. */
export function openRequest(services: Services, stated: StatedPurpose, usual: Purpose | undefined, requestId: string = randomUUID()): HubContext {
  const purpose: PurposeReading = readPurpose(stated.extensions?.['purpose']) ?? readPurpose(stated.transport) ?? usual;
  return { ...services, viewer: developer, purpose, requestId, loaders: new Map() };
}
