/**
 * A typed name for something that the composition supplies and a lower room must not know by type: whoever holds the
 * part gets the thing with its type, as with the handles of systems.
 */
export interface Part<T> {
  readonly name: string;
  /** Never called; carries the type. */
  readonly carries?: (thing: T) => T;
}

/** Declares a part. */
export function part<T>(name: string): Part<T> {
  return { name };
}

/** The things supplied by the composition. */
export interface Parts {
  get<T>(part: Part<T>): T;
}

/** One supplied thing; asked for anew each time, so that an edited catalogue replaces the old one. */
export type Supply = readonly [part: { readonly name: string }, thing: () => unknown];

/** Pairs a part with its thing; only here so that the two types must agree. */
export function supply<T>(part: Part<T>, thing: () => T): Supply {
  return [part, thing];
}

/** Gathers what was supplied. Asking for a part that nobody supplied is a bug in the composition. */
export function gather(supplies: readonly Supply[]): Parts {
  const things = new Map(supplies.map(([part, thing]) => [part.name, thing]));
  return {
    get<T>(wanted: Part<T>): T {
      const thing = things.get(wanted.name);
      if (!thing) throw new Error(`Nobody supplied the part ${wanted.name}.`);
      return thing() as T;
    },
  };
}
