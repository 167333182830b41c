import type { Region } from "../catalog/book.ts";
import type { Provider } from "../domain/place.ts";
import type { PolicyRules } from "./policy-rules.ts";
import type { Policy, Within } from "./policy.ts";
import type { Tier, Users, Weights } from "./soft-rules.ts";

/** What is known of the world when a policy is read. */
export interface PolicyWorld {
  /** The catalog's. */
  readonly regions: readonly Region[];
  /** Connected targets, where the policy is for one project; none yet says nothing. */
  readonly targets?: readonly { readonly name: string; readonly provider: Provider }[] | undefined;
}

/** The part of a policy, or of one document, that can contradict itself. */
export interface Declared {
  readonly providers?: readonly Provider[] | undefined;
  readonly targets?: readonly string[] | undefined;
  readonly regions?: readonly string[] | undefined;
  readonly jurisdictions?: readonly (readonly string[])[] | undefined;
  readonly registries?: readonly string[] | undefined;
  readonly arch?: readonly string[] | undefined;
  readonly spot?: "allow" | "forbid" | undefined;
  readonly tiers?: readonly Tier[] | undefined;
  /** Where several layers have tiers: those of each. */
  readonly within?: readonly (Within & { readonly layer?: { readonly name: string } })[] | undefined;
  readonly spread?: Policy["spread"];
  readonly users?: readonly Users[] | undefined;
  readonly weights?: { readonly [Name in keyof Weights]?: number | undefined } | undefined;
  readonly by?: Policy["by"];
}

/** What a document declares, in the form that contradictions are looked for in. */
export function declaredIn({ jurisdictions, ...rules }: PolicyRules): Declared {
  return { ...rules, jurisdictions: jurisdictions && [jurisdictions] };
}
