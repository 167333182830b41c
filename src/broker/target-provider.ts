import { PROVIDERS, type Provider } from "../domain/place.ts";
import type { Target } from "../store/instance.ts";

/** The provider that a target's offers are of: a sandbox counts as the one it simulates. */
export function providerOf({ kind, config }: Pick<Target, "kind" | "config">): Provider {
  const named = kind === "sandbox" ? config["simulates"] : kind;
  return PROVIDERS.find((provider) => provider === named) ?? "agents";
}
