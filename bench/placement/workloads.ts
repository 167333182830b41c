import type { Needs } from "../../src/domain/needs.ts";
import type { Market, PackItem } from "../../src/policy/pack/market.ts";
import { DEFAULT_POLICY, type Policy } from "../../src/policy/policy.ts";
import { OPEN_GATEWAY } from "./gateway.ts";
import type { Dice } from "../../test/sim/dice.ts";

export const DISTINCT_NEEDS = 1_200;
const BUDGETS = 40;

/** Twenty policies of as many kinds as there are rules without expressions. */
export function policiesOf(): readonly Policy[] {
  const open: Policy = { ...DEFAULT_POLICY, spot: "allow", allowPlainHttp: true };
  const named = (name: string, policy: Partial<Policy>): Policy => ({ ...open, name, ...policy });
  const weights = DEFAULT_POLICY.weights;
  const users = [{ place: { latitude: 52.5, longitude: 13.4 }, weight: 1 }];
  return [
    named("open", {}),
    named("no-spot", { spot: "forbid" }),
    named("eu", { jurisdictions: [["EU"]] }),
    named("eu-no-spot", { jurisdictions: [["EU"]], spot: "forbid" }),
    named("us", { jurisdictions: [["US"]] }),
    named("clouds", { providers: ["ecs", "aci", "cloud-run"] }),
    named("aws", { providers: ["ecs"], spot: "forbid" }),
    named("no-lab", {
      targets: ["aws-main", "azure", "gcp", "pool-0", "pool-1", "pool-2", "pool-3", "pool-4"],
    }),
    named("exact", { minimumFidelity: "exact" }),
    named("snapped", { minimumFidelity: "snapped" }),
    named("amd64", { arch: ["amd64"] }),
    named("near-berlin", { users, weights: { ...weights, latency: 1 } }),
    named("green", { weights: { ...weights, carbon: 1 } }),
    named("cheapest", { weights: { cost: 1, latency: 0, carbon: 0, fidelity: 0, stability: 0 } }),
    named("steady", { weights: { ...weights, stability: 1 } }),
    named("capped", { maxUsdPerMonth: { expected: "400", ceiling: "900" } }),
    named("own-first", {
      tiers: [
        { name: "own", where: { providers: ["agents"] } },
        { name: "cloud", where: {} },
      ],
    }),
    named("regions", {
      regions: ["eu-west-1", "eu-central-1", "us-east-1", "us-west-2", "rack-0", "rack-1"],
    }),
    named("two-regions", { spread: { over: "region", minimum: 2, whenUnsatisfiable: "ignore" } }),
    named("two-providers", {
      spread: { over: "provider", minimum: 2, whenUnsatisfiable: "ignore" },
      spot: "forbid",
    }),
  ];
}

/** Needs that all differ. */
export function needsOf(dice: Dice, count: number): readonly Needs[] {
  const seen = new Set<string>();
  const found: Needs[] = [];
  while (found.length < count) {
    const routed = dice.chance(0.7);
    const needs: Needs = {
      workload: `w${found.length}`,
      kind: routed ? "service" : "worker",
      milliCpu: dice.between(1, 80) * 50,
      memoryMiB: dice.between(2, 120) * 64,
      ephemeralStorageGiB: 20,
      arch: dice.pick(["any", "any", "amd64", "arm64"]),
      scale: { min: 1, max: 4 },
      route: routed
        ? {
            port: 8080,
            protocol: dice.pick(["http1", "http1", "h2c", "grpc"]),
            access: dice.pick(["public", "public", "private"]),
            hosts: [],
            sticky: false,
            timeoutSeconds: 60,
            maxBodyMiB: dice.pick([16, 32, 64]),
          }
        : undefined,
      demands: [],
      containers: 1,
      stopGraceSeconds: 30,
      registry: "ghcr.io",
      registries: ["ghcr.io"],
      usage: {},
      talksTo: [],
      labels: {},
    };
    const key = JSON.stringify({ ...needs, workload: "" });
    if (seen.has(key)) continue;
    seen.add(key);
    found.push(needs);
  }
  return found;
}

/** Workloads with dice needs, policies, replicas, priorities and budgets; and the market with those budgets. */
export function workloadsOf(
  dice: Dice,
  market: Market,
  count: number,
): { readonly market: Market; readonly items: readonly PackItem[] } {
  const policies = policiesOf();
  const needs = needsOf(dice, DISTINCT_NEEDS);
  const users = new Map(policies.map((policy) => [policy, usersOf(policy)]));
  const budgets = Array.from({ length: BUDGETS }, (_, at) => ({
    id: `project-${at}`,
    usdPerMonth: (dice.between(30, 160) * (count / BUDGETS)).toFixed(2),
  }));
  const items = Array.from({ length: count }, (_, at): PackItem => {
    const policy = dice.pick(policies);
    const replicas = dice.pick(policy.spread === undefined ? [1, 1, 1, 2, 3] : [2, 2, 3]);
    return {
      id: `workload-${String(at).padStart(6, "0")}`,
      priority: dice.pick([50, 50, 50, 20, 80]),
      replicas,
      question: { needs: dice.pick(needs), policy, gateway: OPEN_GATEWAY, users: users.get(policy) },
      ...(dice.chance(0.3) ? { budgets: [dice.pick(budgets).id] } : {}),
    };
  });
  return { market: { ...market, budgets }, items };
}

function usersOf({ users }: Policy): PackItem["question"]["users"] {
  if (users.length === 0) return undefined;
  return users.flatMap(({ place, weight = 1 }) => (typeof place === "string" ? [] : [{ ...place, weight }]));
}
