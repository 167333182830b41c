/** One version of a stored policy. */
export interface StoredPolicy {
  /** A project's id, or `instance`. */
  readonly owner: string;
  readonly name: string;
  /** Counts from 1 and goes on counting after a removal. */
  readonly version: number;
  /** Hex SHA-256 of the canonical document. */
  readonly hash: string;
  readonly document: Readonly<Record<string, unknown>>;
  readonly actor: string;
  readonly createdAt: number;
}

/** Stored policies. Every version stays, for plans name theirs. */
export interface PolicyStore {
  /**
   * Add a version. `ifVersion`: undefined adds always, 0 only when there is none in force, n only over version n. Undefined on a
   * mismatch: nothing was written.
   */
  putPolicy(
    policy: Omit<StoredPolicy, "version">,
    ifVersion: number | undefined,
  ): Promise<StoredPolicy | undefined>;
  /** The version in force, or a certain one; undefined when it is absent or was removed. */
  policy(owner: string, name: string, version?: number): Promise<StoredPolicy | undefined>;
  /** The last version that said anything, in force or removed since; undefined when there never was one. */
  lastPolicy(owner: string, name: string): Promise<StoredPolicy | undefined>;
  /** The policies in force of these owners, by owner and name. */
  policies(owners: readonly string[]): Promise<readonly StoredPolicy[]>;
  /** False when there is none in force, or not in `ifVersion`. */
  deletePolicy(
    policy: Omit<StoredPolicy, "version" | "document" | "hash">,
    ifVersion: number | undefined,
  ): Promise<boolean>;
}
