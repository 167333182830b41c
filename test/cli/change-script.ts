import type { PlanView } from "../../src/cli/api.ts";
import type { ChangeAnswer, ChangeView, MemberView } from "../../src/cli/api-change.ts";
import { START } from "./desk.ts";
import { aPlan, aPrice, at } from "./recorded.ts";
import { ok, type Reply, type Script } from "./scripted-broker.ts";

/** Plan 1 of a workload of a change, at $8.41 a month. */
export function aMember(workload: string, because: string, changes: Partial<PlanView> = {}): MemberView {
  return { ...aPlan(1, { id: `plan_${workload}`, workload, price: aPrice("8.41"), ...changes }), because };
}

/** A change of these plans, which costs $48.10 a month after $41.00. */
export function aChange(plans: readonly MemberView[], changes: Partial<ChangeView> = {}): ChangeAnswer {
  return {
    change: {
      id: "chg_1",
      state: "pending",
      actor: "token:ci",
      environment: "production",
      createdAt: at(0),
      price: { beforeUsd: "41", expectedUsd: "48.1", ceilingUsd: "96.2" },
      packing: { proven: true, withinPercent: "0.00" },
      plans,
      ...changes,
    },
  };
}

/** The same change with some of its plans further on. */
export function further(
  { change }: ChangeAnswer,
  plans: Readonly<Record<string, Partial<PlanView>>>,
): ChangeAnswer {
  const next = change.plans.map((plan) => ({ ...plan, ...plans[plan.workload] }));
  return { change: { ...change, plans: next } };
}

interface CarriedOut {
  readonly accepted: { readonly status: 200 | 202; readonly answer: ChangeAnswer };
  /** What each look shows, and the seconds since the start; the last one stays. */
  readonly moments: readonly { readonly seconds: number; readonly answer: ChangeAnswer }[];
  readonly clock: { now: number };
}

/** A broker that carries out one change, one moment a look. */
export function changeScript({ accepted, moments, clock }: CarriedOut): Script {
  let looks = 0;
  return {
    "POST /v1/changes": (): Reply => ({ status: accepted.status, body: accepted.answer }),
    "GET /v1/changes/chg_1": () => {
      const moment = moments[Math.min(looks++, moments.length - 1)];
      clock.now = START + (moment?.seconds ?? 0) * 1_000;
      return ok(moment?.answer);
    },
  };
}
