import type { CloudPorts, Owner, ReadRegistryLogin } from "../adapters/cloud-ports.ts";
import { registryLogins } from "../broker/registry-logins.ts";
import { secretReader } from "../broker/secret-values.ts";
import { AdapterError } from "../domain/fault.ts";
import type { Issuer } from "../identity/issuer/issuer.ts";
import { noIssuer } from "../identity/issuer/no-issuer.ts";
import type { Sealer } from "../identity/seal.ts";
import type { Store } from "../store/store.ts";
import type { CloudSettings } from "./cloud-settings.ts";

/** What differs between the runtimes. */
export interface CloudWiring extends Pick<
  CloudPorts,
  "book" | "now" | "draw" | "sleep" | "fetch" | "throttle"
> {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly issuer: Issuer | undefined;
  readonly settings: CloudSettings;
}

/** How long a process goes by the epoch it has read: one that was raised elsewhere is known within this time, ms. */
const OWNER_AGE_MS = 60_000;

/** What cloud adapters need from outside. The throttle is to be one for the whole process, for it counts the calls of all of them. */
export function cloudPorts({ store, sealer, settings, issuer, ...wiring }: CloudWiring): CloudPorts {
  const { now } = wiring;
  return {
    ...wiring,
    secrets: secretReader({ store, sealer }),
    registries: inKinds(registryLogins({ store, sealer })),
    assertion: async (target, audience) =>
      issuer === undefined ? noIssuer() : issuer.assertion(target, audience),
    installation: rememberedOwner(store, now),
    allowCustomEndpoints: settings.allowCustomEndpoints,
  };
}

/** A login that cannot be opened is no bug of the adapter that asks for it. */
function inKinds(read: ReadRegistryLogin): ReadRegistryLogin {
  return async (tenant, host, call) => {
    try {
      return await read(tenant, host, call);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      throw new AdapterError("unavailable", `The login for ${host} cannot be opened: ${message}`, {
        cause: error,
      });
    }
  };
}

function rememberedOwner(store: Pick<Store, "installation">, now: () => number): () => Promise<Owner> {
  let kept: { readonly owner: Owner; readonly until: number } | undefined;
  return async () => {
    if (kept !== undefined && now() < kept.until) return kept.owner;
    const { id, epoch } = await store.installation(now());
    kept = { owner: { id, epoch }, until: now() + OWNER_AGE_MS };
    return kept.owner;
  };
}
