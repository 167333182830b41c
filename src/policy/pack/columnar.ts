import type { Policy } from "../policy.ts";
import type { PackItem } from "./market.ts";

/** Whether a workload can be placed by columns: it runs nowhere yet, is near to nothing, and its policy has no expressions. */
export function isColumnar(item: PackItem): boolean {
  return runsNowhere(item) && hasNoExpressions(item.question.policy);
}

/** Whether a workload takes the market's offers, has nothing it could keep, and has no peers. */
export function runsNowhere({ question, offers }: PackItem): boolean {
  const { incumbent, incumbents = NOTHING, held = NOTHING, peers = NOTHING } = question;
  return (
    offers === undefined && incumbent === undefined && incumbents.length + held.length + peers.length === 0
  );
}

/** Whether a policy can be asked of an offer without knowing the workload or the hour. */
export function hasNoExpressions({ require, tiers, within }: Policy): boolean {
  const all = [...tiers, ...within.flatMap((one) => one.tiers)];
  return require.length === 0 && all.every(({ where }) => where.when === undefined);
}

const NOTHING: readonly unknown[] = [];
