import type { Plan } from "../../src/domain/plan.ts";
import type { Action } from "../../src/reconcile/action.ts";
import { decide } from "../../src/reconcile/decide.ts";
import type { World } from "../../src/reconcile/world.ts";
import type { Setback, StoredUnit } from "../../src/store/store.ts";
import { readyObservation, TIMING } from "./fixtures.ts";

/** What the outside does to one unit: how an apply, a start, a probe and a removal turn out. */
export interface Fate {
  readonly apply: "works" | "refused" | "unavailable";
  readonly start: "ready" | "fails" | "never";
  readonly probe: "answers" | "silent";
  readonly destroy: "gone" | "going";
}
export const WILLING: Fate = { apply: "works", start: "ready", probe: "answers", destroy: "gone" };

/** One workload with its plans, and an outside that behaves as `fates` say: what `tick` does, without a store. */
export class Simulation {
  now = 1_000;
  plans: Plan[];
  inForce: string;
  units: StoredUnit[];
  route: World["route"];
  readonly silentMs = new Map<string, number>();
  readonly log: { readonly at: number; readonly action: Action; readonly before: World }[] = [];
  readonly fates: (unit: string) => Fate;
  removed = false;

  constructor(start: {
    readonly plans: readonly Plan[];
    readonly inForce: string;
    readonly units: readonly StoredUnit[];
    readonly route: World["route"];
    readonly fates: (unit: string) => Fate;
  }) {
    this.plans = [...start.plans];
    this.inForce = start.inForce;
    this.units = [...start.units];
    this.route = start.route;
    this.fates = start.fates;
  }

  get plan(): Plan {
    const plan = this.plans.find((candidate) => candidate.id === this.inForce);
    if (plan === undefined) throw new Error("no plan in force");
    return plan;
  }

  world(): World {
    const parent = this.plans.find((candidate) => candidate.id === this.plan.parent);
    return {
      inForce: this.inForce,
      plan: this.plan,
      parent,
      units: this.units,
      route: this.route,
      silentMs: this.silentMs,
      inflight: new Map(),
      watchingSince: 0,
      timing: TIMING,
    };
  }

  /** One pass; returns what was done and when the decision wants to look again. */
  pass(): { readonly actions: readonly Action[]; readonly wakeAt: number | undefined } {
    const world = this.world();
    const { actions, wakeAt } = decide(world, this.now);
    for (const action of actions) {
      this.log.push({ at: this.now, action, before: world });
      this.perform(action);
    }
    this.observe();
    return { actions, wakeAt };
  }

  /** Passes until nothing is left to do: time jumps to each wake. Returns the passes after the last jump and in all. */
  run(
    maxPasses: number,
    until = Infinity,
  ): { readonly passes: number; readonly sinceJump: number; readonly rests: boolean } {
    let sinceJump = 0;
    for (let passes = 1; passes <= maxPasses; passes++) {
      const { actions, wakeAt } = this.pass();
      if (actions.length > 0) sinceJump++;
      if (this.removed) return { passes, sinceJump, rests: true };
      if (actions.some((action) => action.do !== "destroy" && action.do !== "replan")) continue;
      if (actions.some((action) => action.do === "replan")) return { passes, sinceJump, rests: false };
      if (wakeAt === undefined) return { passes, sinceJump, rests: true };
      if (wakeAt > until) return { passes, sinceJump, rests: false };
      this.now = Math.max(this.now, wakeAt);
      sinceJump = 0;
    }
    return { passes: maxPasses, sinceJump, rests: false };
  }

  private update(id: string, change: Partial<StoredUnit>): void {
    this.units = this.units.map((stored) => (stored.unit.id === id ? { ...stored, ...change } : stored));
  }

  private perform(action: Action): void {
    switch (action.do) {
      case "apply":
      case "scale":
        return this.apply(action.unit.id, action.unit.replicas);
      case "probe": {
        const ok = this.fates(action.unit.unit.id).probe === "answers";
        return this.update(action.unit.unit.id, {
          probe: { ok, at: this.now, reason: ok ? undefined : "no answer" },
        });
      }
      case "doom":
        return this.update(action.unit.unit.id, {
          state: "doomed",
          doomedAt: this.now,
          doomedBecause: action.because,
        });
      case "destroy":
        if (this.fates(action.unit.unit.id).destroy === "gone")
          this.units = this.units.filter((stored) => stored.unit.id !== action.unit.unit.id);
        return;
      case "shift":
        this.route = { ...(this.route ?? EMPTY_ROUTE), upstreams: action.upstreams, changedAt: this.now };
        return;
      case "finish":
        this.plans = this.plans.map((plan) =>
          plan.id === this.inForce ? { ...plan, state: action.end.state } : plan,
        );
        if (action.end.restore !== undefined) this.inForce = action.end.restore;
        if (action.end.remove === true) this.removed = true;
        return;
      case "replan":
      case "fire":
        return;
    }
  }

  private apply(id: string, replicas: StoredUnit["appliedReplicas"]): void {
    const fate = this.fates(id).apply;
    if (fate === "works")
      return this.update(id, { appliedAt: this.now, appliedReplicas: replicas, setback: undefined });
    const setback: Setback =
      fate === "refused"
        ? { kind: "invalid", message: "refused", attempts: 1, notBefore: undefined }
        : { kind: "unavailable", message: "unavailable", attempts: 1, notBefore: this.now + 1_000 };
    this.update(id, { setback });
  }

  private observe(): void {
    this.units = this.units.map((stored) => {
      if (stored.appliedAt === undefined || stored.state !== "wanted") return stored;
      const fate = this.fates(stored.unit.id).start;
      if (fate === "ready")
        return {
          ...stored,
          observation: readyObservation(
            { ...stored.unit, replicas: stored.appliedReplicas ?? stored.unit.replicas },
            0,
          ),
        };
      const base = { ...readyObservation(stored.unit, 0, 0) };
      if (fate === "never") return { ...stored, observation: { ...base, phase: "starting" } };
      return {
        ...stored,
        observation: { ...base, phase: "failed", reason: "exited with code 1", lastLines: ["boom"] },
      };
    });
  }
}

const EMPTY_ROUTE: NonNullable<World["route"]> = {
  project: "p",
  environment: "production",
  workload: "web",
  projectName: "default",
  version: 0,
  hosts: [],
  access: "public",
  timeoutSeconds: 60,
  maxBodyMiB: 32,
  protocol: "http1",
  sticky: false,
  upstreams: [],
  changedAt: 0,
};
