import type { Problem } from "../domain/fault.ts";
import type { Provider } from "../domain/place.ts";
import type { FidelityLevel } from "./levels.ts";
import { completePolicy } from "./narrow.ts";
import { POLICY, problemsOf } from "./policy-schema.ts";

/** How a placement is decided. Lists that are absent allow everything; every other field always has a value. */
export interface Policy {
  readonly name: string;
  readonly providers?: readonly Provider[] | undefined;
  /** Names of connected targets. */
  readonly targets?: readonly string[] | undefined;
  /** Region ids, alone (`eu-west-1`) or with their provider (`ecs/eu-west-1`). */
  readonly regions?: readonly string[] | undefined;
  /** ISO countries or legal zones (`DE`, `EU`): of each list, one must hold for the region. */
  readonly jurisdictions?: readonly (readonly string[])[] | undefined;
  /** Registry hosts that images may come from. */
  readonly registries?: readonly string[] | undefined;
  readonly arch?: readonly ("amd64" | "arm64")[] | undefined;
  readonly spot: "allow" | "forbid";
  /** Most USD a month, as decimal strings. */
  readonly maxUsdPerMonth: { readonly expected?: string | undefined; readonly ceiling?: string | undefined };
  /** The worst way in which a field may be honoured. */
  readonly minimumFidelity: FidelityLevel;
  /** Whether traffic may cross the internet in clear text between the gateway and a cloud. */
  readonly allowPlainHttp: boolean;
  readonly weights: Weights;
  readonly movement: { readonly minimumSavingPercent: number };
}

export interface Weights {
  readonly cost: number;
  readonly fidelity: number;
  readonly stability: number;
}

/** What holds where nobody has said anything. */
export const DEFAULT_POLICY: Policy = {
  name: "default",
  spot: "forbid",
  maxUsdPerMonth: {},
  minimumFidelity: "emulated",
  allowPlainHttp: false,
  weights: { cost: 0.7, fidelity: 0.2, stability: 0.1 },
  movement: { minimumSavingPercent: 15 },
};

/** What `berth compare` uses: everything that can be bought is shown, and what it costs in fidelity beside it. */
export const COMPARE_POLICY: Policy = {
  ...DEFAULT_POLICY,
  name: "compare",
  spot: "allow",
  allowPlainHttp: true,
};

/** What one document says; a field that is absent says nothing. */
export type PolicyRules = {
  readonly [Field in Exclude<keyof Policy, "name" | "jurisdictions" | "weights" | "movement">]?:
    | Policy[Field]
    | undefined;
} & {
  readonly jurisdictions?: readonly string[] | undefined;
  readonly weights?: { readonly [Name in keyof Policy["weights"]]?: number | undefined } | undefined;
  readonly movement?: { readonly minimumSavingPercent?: number | undefined } | undefined;
};

export type ParsedPolicy =
  | {
      readonly ok: true;
      /** The document over the defaults. */
      readonly policy: Policy;
      /** The document alone, for `narrow`. */
      readonly rules: PolicyRules;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Read a policy document. Unknown fields and wrong types are problems, with JSON pointers below `at`. */
export function parsePolicy(
  document: unknown,
  options: { readonly name?: string; readonly at?: string } = {},
): ParsedPolicy {
  const { name = "inline", at = "" } = options;
  const parsed = POLICY.safeParse(document);
  if (!parsed.success) {
    const problems = parsed.error.issues.flatMap((issue) => problemsOf(issue, at));
    return { ok: false, problems: problems.slice(0, MAX_PROBLEMS) };
  }
  return { ok: true, policy: completePolicy(DEFAULT_POLICY, name, parsed.data), rules: parsed.data };
}

/** Most problems reported at once. */
const MAX_PROBLEMS = 50;
