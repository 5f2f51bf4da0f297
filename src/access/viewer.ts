/** What a viewer may be to the hub. */
export type Role = 'partner' | 'officer' | 'citizen' | 'ministry' | 'operator' | 'engine';

/** Whoever asks the hub something ("người truy vấn"). */
export interface Viewer {
  /** Opaque id, safe in logs and audit lines. */
  readonly id: string;
  /** The client in whose name idempotency keys are unique. */
  readonly client: string;
  readonly roles: readonly Role[];
}

/** The one viewer of this release: a developer with every role. Real identity comes with the access issue. */
export const developer: Viewer = { id: 'developer', client: 'developer', roles: ['partner', 'officer', 'citizen', 'ministry', 'operator'] };

/** The hub itself, when it plays a bundle. */
export const engine: Viewer = { id: 'engine', client: 'engine', roles: ['engine'] };

/** The hub itself, when it asks for fees, looks after payments and pays back. */
export const cashier: Viewer = { id: 'cashier', client: 'cashier', roles: ['engine'] };
