import { expect, test } from "vitest";
import type { UnitView, WorkloadView } from "../../src/cli/api.ts";
import { statusText } from "../../src/cli/status-text.ts";
import { START } from "./desk.ts";

const unit: UnitView = {
  id: "x",
  name: "bx",
  at: "ecs/eu-west-1",
  place: { provider: "ecs", region: "eu-west-1", target: "aws" },
  state: "cleanup-blocked",
  wanted: false,
  because: "removed",
  phase: "ready",
  ready: 1,
  replicas: { min: 1, max: 1 },
  restarts: 0,
  reason: "AWS refuses the token.",
};

test("the status says what cannot be removed, why, and what it goes on costing", () => {
  const workload: WorkloadView = {
    name: "web",
    environment: "production",
    state: "progressing",
    generation: 2,
    revision: "r",
    labels: {},
    createdAt: new Date(START).toISOString(),
    updatedAt: new Date(START).toISOString(),
    spec: {},
    overrides: [],
    units: [unit],
    cleanupBlocked: [
      {
        unit: "bx",
        at: unit.at,
        since: new Date(START).toISOString(),
        reason: "AWS refuses the token.",
        usdPerMonth: "36.04",
      },
    ],
  };
  const text = statusText(workload, START, 200);
  expect(text).toContain(
    "cleanup-blocked: bx at ecs/eu-west-1 cannot be removed, and goes on costing $36.04 a month: AWS refuses the token.",
  );
  expect(text).toMatch(/cleanup-blocked +1 of 1 .*AWS refuses the token\./);
});
