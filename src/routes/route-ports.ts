import type { Ports } from "../broker/ports.ts";
import type { EdgeStore } from "../store/edge-store.ts";
import type { Issuer } from "../identity/issuer/issuer.ts";

/** What the reads need: everything the edge has. No adapter, no price book, no key. */
export interface ReadRoutePorts extends Pick<Ports, "gateway" | "now" | "sleep" | "random" | "log"> {
  readonly store: EdgeStore;
  /** Of the token issuer, its address alone. */
  readonly issuer?: Pick<Issuer, "url"> | undefined;
}
