import type { Policy, Requirement } from "./policy.ts";
import type { ChangeRule, FreezeRule } from "./rules/rule.ts";
import type { Failover, Movement, Spread, Tier, Users, Weights } from "./soft-rules.ts";

/** What one document says; a field that is absent says nothing. */
export interface PolicyRules {
  readonly providers?: Policy["providers"];
  readonly targets?: Policy["targets"];
  readonly regions?: Policy["regions"];
  readonly jurisdictions?: readonly string[] | undefined;
  readonly registries?: Policy["registries"];
  readonly arch?: Policy["arch"];
  readonly spot?: Policy["spot"] | undefined;
  readonly maxUsdPerMonth?: Policy["maxUsdPerMonth"] | undefined;
  readonly minimumFidelity?: Policy["minimumFidelity"] | undefined;
  readonly allowPlainHttp?: boolean | undefined;
  readonly requireDigest?: boolean | undefined;
  readonly require?: readonly Requirement[] | undefined;
  readonly weights?: Partial<Said<Weights>> | undefined;
  readonly users?: readonly Users[] | undefined;
  readonly tiers?: readonly Tier[] | undefined;
  readonly spread?: Spread | undefined;
  readonly movement?: Partial<Said<Movement>> | undefined;
  readonly failover?: Partial<Said<Failover>> | undefined;
  readonly whenViolated?: Policy["whenViolated"] | undefined;
  readonly rules?: readonly ChangeRule[] | undefined;
  readonly freezes?: readonly FreezeRule[] | undefined;
}

/** Fields of a group, each of which may be left out. */
type Said<Group> = { readonly [Field in keyof Group]: Group[Field] | undefined };

/** Where a stored policy is mandatory. Every part that is there must hold; labels are the ones that administrators set. */
export interface Select {
  readonly projects?: { readonly labels: Readonly<Record<string, string>> } | undefined;
  readonly environments?:
    | {
        readonly names?: readonly string[] | undefined;
        readonly classes?: readonly ("production" | "staging" | "preview")[] | undefined;
        readonly labels?: Readonly<Record<string, string>> | undefined;
      }
    | undefined;
}
