import type { Ports } from "../broker/ports.ts";

/** What the reads need: everything the edge has. No adapter, no price book, no key. */
export type ReadRoutePorts = Pick<Ports, "store" | "gateway" | "now" | "sleep" | "random" | "log">;
