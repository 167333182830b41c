import type { Ports } from "../broker/ports.ts";
import type { Issuer } from "../identity/issuer/issuer.ts";

/** What the reads need: everything the edge has. No adapter, no price book, no key. */
export interface ReadRoutePorts extends Pick<
  Ports,
  "store" | "gateway" | "now" | "sleep" | "random" | "log"
> {
  /** Of the token issuer, its address alone. */
  readonly issuer?: Pick<Issuer, "url"> | undefined;
}
