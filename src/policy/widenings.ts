import type { Problem } from "../domain/fault.ts";
import { FIDELITY_LEVELS } from "./levels.ts";
import { common, commonRegions, leastFirst } from "./meet.ts";
import type { Policy } from "./policy.ts";
import type { PolicyRules } from "./policy-rules.ts";
import { isWeakerSpread } from "./spread.ts";

/** What an inline policy asks to loosen: it cannot, so its author should hear of it. Pointers are below `at`. */
export function widenings(base: Policy, inline: PolicyRules, at = ""): readonly Problem[] {
  const loosened = [
    ...LISTS.filter((field) => sharesNothing(base[field], inline[field])),
    ...(inline.regions !== undefined &&
    base.regions !== undefined &&
    commonRegions(base.regions, inline.regions).length === 0
      ? ["regions"]
      : []),
    ...(inline.spot === "allow" && base.spot === "forbid" ? ["spot"] : []),
    ...(inline.allowPlainHttp === true && !base.allowPlainHttp ? ["allowPlainHttp"] : []),
    ...(inline.requireDigest === false && base.requireDigest ? ["requireDigest"] : []),
    ...(inline.minimumFidelity !== undefined &&
    levelOf(inline.minimumFidelity) > levelOf(base.minimumFidelity)
      ? ["minimumFidelity"]
      : []),
    ...CAPS.filter((cap) => isAbove(inline.maxUsdPerMonth?.[cap], base.maxUsdPerMonth[cap])),
    ...(inline.spread !== undefined && isWeakerSpread(base.spread, inline.spread) ? ["spread"] : []),
  ];
  return loosened.map((field) => ({
    pointer: `${at}/${CAPS.some((cap) => cap === field) ? "maxUsdPerMonth/" : ""}${field}`,
    message: `policy ${base.by?.[field] ?? base.name} is stricter, and an inline policy may only narrow it`,
  }));
}

const LISTS = ["providers", "targets", "registries", "arch"] as const;
const CAPS = ["expected", "ceiling"] as const;
const levelOf = (level: Policy["minimumFidelity"]): number => FIDELITY_LEVELS.indexOf(level);

function sharesNothing(base: readonly string[] | undefined, inline: readonly string[] | undefined): boolean {
  return base !== undefined && inline !== undefined && common(base, inline).length === 0;
}

function isAbove(inline: string | undefined, base: string | undefined): boolean {
  return inline !== undefined && base !== undefined && leastFirst(inline, base) > 0;
}
