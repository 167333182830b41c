import type { Environment } from "./instance.ts";
import type { NewEvent, Scope } from "./records.ts";

/** Other environments of the project that may use a secret which they have none of their own of: by name, or by class. */
export interface SecretShare {
  readonly environments?: readonly string[] | undefined;
  readonly classes?: readonly Environment["class"][] | undefined;
}

/** A secret as everybody who may read it sees it; never a value. */
export interface StoredSecret {
  readonly project: string;
  /** Where it lives. */
  readonly environment: string;
  readonly name: string;
  /** The version in force. */
  readonly version: number;
  readonly shared?: SecretShare | undefined;
  readonly createdAt: number;
  readonly createdBy: string;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

/** A version that is kept, without what it holds. */
export interface SecretVersion {
  readonly name: string;
  readonly version: number;
  /** Size of the value as UTF-8. */
  readonly bytes: number;
  readonly createdAt: number;
  readonly createdBy: string;
}

/** A value as it lies in the database, and the secret it belongs to as that stands now. */
export interface SealedSecret extends StoredSecret {
  /** The version of this value. */
  readonly of: number;
  readonly sealed: string;
  readonly bytes: number;
}

/** One write of a secret. */
export interface SecretWrite {
  readonly name: string;
  readonly shared: SecretShare | undefined;
  /** The new value under its number, which must be one more than `last`; absent when only `shared` changes. */
  readonly value?:
    | { readonly version: number; readonly sealed: string; readonly keyId: string; readonly bytes: number }
    | undefined;
  /** The highest number ever given under this name in the project, as the writer read it. */
  readonly last: number;
  readonly actor: string;
  readonly now: number;
  readonly event: NewEvent;
}

/** A unit that stands and pins a version of a secret. */
export interface SecretUse {
  readonly environment: string;
  readonly workload: string;
  /** `name@version` */
  readonly reference: string;
}

/** A target whose credentials name a secret, both by name. */
export interface SecretReader {
  readonly target: string;
  readonly secret: string;
}

/** A sealed row of any secret, for the rewrap. */
export interface SealedRow {
  readonly project: string;
  readonly environment: string;
  readonly name: string;
  readonly version: number;
  readonly sealed: string;
}

/** Sealed secrets. Their history is the event log of `secret/<name>`. */
export interface SecretStore {
  secret(scope: Scope, name: string): Promise<StoredSecret | undefined>;
  /** Those of one environment, by name. */
  secrets(scope: Scope): Promise<readonly StoredSecret[]>;
  /** Those of these names in every environment of the project. */
  secretsNamed(project: string, names: readonly string[]): Promise<readonly StoredSecret[]>;
  /** Versions that are kept of this environment's secrets, of one name where one is given; the newest first. */
  secretVersions(scope: Scope, name?: string): Promise<readonly SecretVersion[]>;
  /** The highest number ever given under this name in the project, 0 for none. */
  lastSecretVersion(project: string, name: string): Promise<number>;
  /**
   * Write a secret in one batch; false, and nothing written, when `last` is not the last number any more, or when `shared` alone is to
   * change of a secret that is not there. Versions that no unit pins and that are not among the newest `KEPT_VERSIONS` go with it.
   */
  putSecret(scope: Scope, write: SecretWrite): Promise<boolean>;
  sealedSecret(project: string, name: string, version: number): Promise<SealedSecret | undefined>;
  /** Removes the secret and every value of it; refused while a standing unit pins one, or a target of the project reads it. */
  deleteSecret(scope: Scope, name: string, event: NewEvent): Promise<"deleted" | "in-use" | "absent">;
  /** Who uses secrets of the project, of one name where one is given. */
  secretUses(project: string, name?: string): Promise<readonly SecretUse[]>;
  /** The project's own targets whose credentials read secrets of this environment, of one name where one is given. */
  secretTargets(scope: Scope, name?: string): Promise<readonly SecretReader[]>;
  /** Rows of the whole installation that are not under this key, in the order of their keys, after one of them. */
  secretsNotUnder(keyId: string, limit: number, after?: SealedRow): Promise<readonly SealedRow[]>;
  /** Puts the same value under another seal; false when the old seal is not there any more. */
  resealSecret(row: SealedRow, sealed: string, keyId: string): Promise<boolean>;
}

/** Versions of a secret that are kept besides those a standing unit pins. */
export const KEPT_VERSIONS = 10;

/** The key of a secret's history in the event log: no workload can be called so. */
export const secretLog = (name: string): string => `secret/${name}`;
