import type { ReadRegistryLogin } from "../adapters/cloud-ports.ts";
import { sealedUnder, type Sealer, type SealContext } from "../identity/seal.ts";
import type { Store } from "../store/store.ts";

/** What logins are read with. */
export interface LoginPorts {
  readonly store: Pick<Store, "registryLogin" | "resealRegistryLogin">;
  readonly sealer: Sealer;
}

/**
 * Reads the login a project keeps for a registry's host, for whoever pulls or asks in its name. One that is sealed under an older key is put
 * under the current one on the way. Throws `unavailable` when its key is not configured.
 */
export function registryLogins({ store, sealer }: LoginPorts): ReadRegistryLogin {
  return async ({ project }, host) => {
    const login = await store.registryLogin(project, host);
    if (login === undefined) return undefined;
    const context = loginContext(project, login);
    const password = await sealer.open(login.sealed, context);
    if (sealedUnder(login.sealed) !== sealer.keyId)
      await store.resealRegistryLogin(project, {
        ...login,
        sealed: await sealer.rewrap(login.sealed, context),
      });
    return { username: login.username, password };
  };
}

/** What a login's password is sealed to: no row opens in the place of another. */
export function loginContext(
  project: string,
  { host, username, version }: { readonly host: string; readonly username: string; readonly version: number },
): SealContext {
  return { purpose: "registry", project, environment: "", name: `${username}@${host}`, version };
}
