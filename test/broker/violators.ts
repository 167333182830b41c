import { deploy } from "../../src/broker/deploy.ts";
import { moveViolators } from "../../src/broker/move-violators.ts";
import { putPolicy } from "../../src/broker/policies.ts";
import { reviewFleets } from "../../src/broker/review-fleets.ts";
import { listViolations, reviewAfterPut } from "../../src/broker/violations.ts";
import type { Bench } from "./ports.ts";
import { webSpec } from "./specs.ts";

/** Long enough for a rollout, its quiesce and the removal of what was before. */
export const ROLLOUT_MS = 45_000;
export const MINUTE_MS = 60_000;
/** Everything has to leave Europe. */
export const US = { jurisdictions: ["US"], select: {}, whenViolated: "move" };

/** What tests of the pass that moves say and see of one bench. */
export function violators(bench: Bench) {
  const { store } = bench.file;
  const scope = { project: bench.caller.project.id, environment: bench.caller.environment };
  return {
    scope,
    deploy: (name = "web", over: Readonly<Record<string, unknown>> = {}) =>
      deploy(bench.main.ports, bench.caller, name, { spec: webSpec({ name, ...over }) }),
    /** Stores a policy and reviews what runs, as the route does. */
    async put(name: string, document: Readonly<Record<string, unknown>>) {
      const { policy } = await putPolicy(bench.main.ports, bench.caller, name, document, { of: "project" });
      return reviewAfterPut(bench.main.ports, bench.caller, "project", policy);
    },
    /** Stores a policy whose review never happened. */
    store: (name: string, document: Readonly<Record<string, unknown>>) =>
      putPolicy(bench.main.ports, bench.caller, name, document, { of: "project" }),
    pass: (owner = "tests") => moveViolators(bench.main.ports, owner),
    look: (atMost?: number) => reviewFleets(bench.main.ports, "tests", atMost),
    noted: () => listViolations(bench.main.ports, bench.caller),
    plans: (name = "web") => store.plans(scope, name, 20),
    held: (name = "web") => store.heldPlan(scope, name),
    async events(type: string, name = "web") {
      return (await store.events(scope, name, 0, 500)).filter((event) => event.type === type);
    },
    /** Regions of the units that stand, by name. */
    async regions(name = "web") {
      const units = await store.units(scope, name);
      return units
        .filter(({ state }) => state === "wanted")
        .map(({ unit }) => unit.place.region)
        .sort();
    },
  };
}
