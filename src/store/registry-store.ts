/** A login as it is kept. `sealed` is bound to the project's id, the host and the version. */
export interface StoredLogin {
  readonly host: string;
  readonly username: string;
  readonly sealed: string;
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** The part of the store that keeps the logins of registries. */
export interface RegistryStore {
  registryLogin(project: string, host: string): Promise<StoredLogin | undefined>;
  /** All of a project's, by host. */
  registryLogins(project: string): Promise<readonly StoredLogin[]>;
  /** Keeps a login; false, and nothing is written, when the one before it is not the version before it. The first is version 1. */
  putRegistryLogin(project: string, login: StoredLogin): Promise<boolean>;
  /** The same login sealed under another key; nothing happens when its version is another by now. */
  resealRegistryLogin(project: string, login: StoredLogin): Promise<void>;
  /** False when there was none. */
  deleteRegistryLogin(project: string, host: string): Promise<boolean>;
}
