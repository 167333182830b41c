import type { PriceBook } from "../../catalog/book.ts";
import { AdapterError } from "../../domain/fault.ts";
import type { CloudPorts } from "../cloud-ports.ts";

/** What the adapter of a simulated cloud gets from outside: a clock, the prices, and nothing that leaves this process or is secret. */
export function innerPorts(given: {
  readonly book: () => PriceBook;
  readonly now: () => number;
  readonly sleep: CloudPorts["sleep"];
}): CloudPorts {
  return {
    ...given,
    draw: () => 0,
    fetch: async (url) => {
      throw new AdapterError("bug", `A sandbox sends nothing, not even to ${new URL(url).host}.`);
    },
    // Time does not pass within a verb; how fast units may be made is kept by the account's own bucket.
    throttle: { take: async () => {}, refused: () => {} },
    installation: async () => ({ id: "sandbox", epoch: 0 }),
    secrets: async (_tenant, reference) => `sandbox-value-of-${reference}`,
    registries: async () => undefined,
    assertion: async () => "sandbox",
    allowCustomEndpoints: false,
  };
}
