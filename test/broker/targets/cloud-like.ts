import type { Adapter } from "../../../src/adapters/adapter.ts";
import { CLOUD_FEATURES } from "../../../src/catalog/cloud-offers.ts";
import type { Ports } from "../../../src/broker/ports.ts";
import { createIssuer } from "../../../src/identity/issuer/issuer.ts";
import type { Store } from "../../../src/store/store.ts";
import { testSealer } from "../../identity/test-sealer.ts";

/** An adapter of a cloud that has nothing to offer, and that says only whom to trust. `over` replaces parts. */
export function cloudLike(over: Partial<Adapter> = {}): Adapter {
  const nothing = async (): Promise<never> => {
    throw new Error("this adapter runs nothing");
  };
  return {
    contract: "adapter/v1",
    provider: "ecs",
    features: CLOUD_FEATURES.ecs,
    offers: async () => [],
    render: () => ({}),
    apply: nothing,
    observe: nothing,
    destroy: nothing,
    audience: "sts.amazonaws.com",
    trust: ({ issuer, subject }) => [{ title: "Trust", format: "json", text: `${subject} of ${issuer}` }],
    ...over,
  };
}

export type TargetPorts = Pick<Ports, "store" | "open" | "issuer" | "now" | "random">;

/** What the use cases of targets touch, over a real store. */
export function targetPorts(
  store: Store,
  adapter: () => Adapter,
  over: Partial<TargetPorts> = {},
): TargetPorts {
  const now = () => Date.UTC(2026, 10, 23);
  const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
  const issuer = createIssuer("https://berth.example", { store, sealer: testSealer(), now, random });
  return { store, open: adapter, issuer, now, random, ...over };
}
