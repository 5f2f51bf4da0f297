import { part } from '../kit/part.ts';
import type { Catalogue } from './catalogue.ts';

/** The catalogue as resolvers and the rooms above fetch it: `context.parts.get(cataloguePart)`. */
export const cataloguePart = part<Catalogue>('catalogue');
