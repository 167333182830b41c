import type { CloudPorts, Owner } from "../adapters/cloud-ports.ts";
import { createThrottle } from "../adapters/throttle.ts";
import { AdapterError } from "../domain/fault.ts";
import type { Issuer } from "../identity/issuer/issuer.ts";
import { noIssuer } from "../identity/issuer/no-issuer.ts";
import type { Store } from "../store/store.ts";
import type { CloudSettings } from "./cloud-settings.ts";

/** What differs between the runtimes. */
export interface CloudWiring extends Pick<CloudPorts, "book" | "now" | "draw" | "sleep" | "fetch"> {
  readonly store: Pick<Store, "installation">;
  readonly issuer: Issuer | undefined;
  readonly settings: CloudSettings;
}

/** How long a process goes by the epoch it has read: one that was raised elsewhere is known within this time, ms. */
const OWNER_AGE_MS = 60_000;

/** What cloud adapters need from outside. To be made once in a process, for its throttle counts the calls of all of them. */
export function cloudPorts({ store, settings, issuer, ...wiring }: CloudWiring): CloudPorts {
  const { now, sleep } = wiring;
  return {
    ...wiring,
    secrets: async (_tenant, reference) => {
      throw new AdapterError("invalid", `This installation keeps no secrets, so there is no ${reference}.`);
    },
    registries: async () => undefined,
    assertion: async (target, audience) =>
      issuer === undefined ? noIssuer() : issuer.assertion(target, audience),
    throttle: createThrottle({ now, sleep }),
    installation: rememberedOwner(store, now),
    allowCustomEndpoints: settings.allowCustomEndpoints,
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
