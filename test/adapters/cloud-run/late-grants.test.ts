import { expect, test } from "vitest";
import type { Attempt, Run } from "../../../src/domain/run.ts";
import { decideRun } from "../../../src/reconcile/runs/decide.ts";
import { lookTogether } from "../../../src/reconcile/runs/looks.ts";
import { performRun } from "../../../src/reconcile/runs/perform.ts";
import type { ReconcilePorts } from "../../../src/reconcile/ports.ts";
import type { AttemptStep, RunClaim } from "../../../src/store/store.ts";
import { TIMING } from "../../reconcile/fixtures.ts";
import { template } from "../fixtures.ts";
import { runUnit } from "./settings.ts";
import { world, type World } from "./world.ts";

const MINUTE_MS = 60_000;
const MOST_PASSES = 1_000;
const job = template({ name: "report", kind: "job", route: undefined, ports: [], volumes: [] });
const unit = runUnit(1, { template: job });

/** Decides and calls, pass by pass as the reconciler does, until the run is over. */
async function runToItsEnd(here: World, retries: number) {
  const rules = { retries, timeoutSeconds: 600, parallelism: 1, retryUnknown: false };
  const units = [{ id: unit.id, replicas: 1 }];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a decision looks at
  const run = { id: "run_1", workload: "report", job: rules, units, state: "pending" } as unknown as Run;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all of the ports that a call uses
  const ports = {
    store: { targetById: async () => ({ id: "tgt_1", name: "here" }) },
    open: () => here.adapter,
    now: here.google.now,
    draw: () => 0.5,
    log: () => undefined,
  } as unknown as ReconcilePorts;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all of a claim that a call looks at
  const claim = { run, units: [{ unit, targetId: "tgt_1" }] } as unknown as RunClaim;
  const { signal } = new AbortController();
  let attempts: readonly Attempt[] = [];
  const known = { units: new Map([[unit.id, unit]]), silentMs: new Map<string, number>(), timing: TIMING };
  for (let pass = 0; pass < MOST_PASSES; pass += 1) {
    const asked = { run, workloadId: "w", attempts, removing: false, ...known };
    const { actions, wakeAt = here.google.now() + 1_000 } = decideRun(asked, here.google.now());
    for (const action of actions) {
      if (action.do === "finish") return { state: action.state, because: action.because, attempts };
      // There is no other place.
      if (action.do === "place") continue;
      if (action.do === "start" && action.fresh) attempts = attempts.concat(action.attempt);
      const step =
        action.do === "observe"
          ? await lookTogether(ports, [{ claim, attempt: action.attempt }], signal)(action.attempt)
          : await performRun(ports, claim, action, signal);
      if (step !== undefined)
        attempts = attempts.map((one) => (one.number === step.number ? after(one, step) : one));
    }
    here.google.pass(Math.max(1, wakeAt - here.google.now()));
  }
  throw new Error("the run does not end");
}

function after(attempt: Attempt, { setback, ...step }: AttemptStep): Attempt {
  return { ...attempt, ...step, setback: setback ?? undefined };
}

test("a job without retries succeeds although the right to read its secrets comes late", async () => {
  const here = world();
  here.google.rule({ readsFrom: here.google.now() + 3 * MINUTE_MS });
  const { state, attempts } = await runToItsEnd(here, 0);
  expect(state).toBe("succeeded");
  expect(attempts).toHaveLength(1);
});

test("a right that never comes fails the run after ten minutes, and says which", async () => {
  const here = world({ readsFrom: Infinity });
  const begun = here.google.now();
  const { state, because, attempts } = await runToItsEnd(here, 0);
  expect(state).toBe("failed");
  expect(because).toContain("Permission denied on secret");
  expect(attempts).toHaveLength(1);
  expect(here.google.now() - begun).toBeGreaterThan(9 * MINUTE_MS);
});
