import * as fc from "fast-check";
import { expect, test } from "vitest";
import { abortPlan } from "../../src/broker/abort.ts";
import { approvePlan } from "../../src/broker/approve.ts";
import { deploy } from "../../src/broker/deploy.ts";
import { HELD_FOR_MS, lookAtHeldPlans } from "../../src/broker/holds.ts";
import type { Caller } from "../../src/broker/ports.ts";
import { othersThan } from "../../src/domain/exception.ts";
import { Fault } from "../../src/domain/fault.ts";
import { openBench, START, type Bench } from "./ports.ts";
import { sandboxTarget, workerSpec } from "./specs.ts";

const HOUR_MS = 3_600_000;
const NEEDED = 2;
const RULES = {
  denied: { rules: [{ name: "never", on: ["deploy"], effect: "deny", message: "never" }] },
  approved: {
    rules: [{ name: "two", on: ["deploy"], effect: "approve", message: "ask", approvals: NEEDED }],
  },
  frozen: {
    freezes: [
      {
        name: "week",
        message: "wait",
        from: new Date(START - HOUR_MS).toISOString(),
        until: new Date(START + HOUR_MS).toISOString(),
      },
    ],
  },
  free: {},
} as const;
type Kind = keyof typeof RULES;

/** What somebody does; the actions of one round happen at the same time, in two processes. */
type Action =
  | {
      readonly do: "deploy";
      readonly kind: Kind;
      readonly image: number;
      readonly by: number;
      readonly emergency: boolean;
    }
  | { readonly do: "approve"; readonly by: number; readonly hash: "seen" | "other" | "none" }
  | { readonly do: "abort"; readonly by: number }
  | { readonly do: "look" };
const by = fc.integer({ min: 0, max: 3 });
const approval = fc.record({
  do: fc.constant("approve" as const),
  by,
  hash: fc.constantFrom("seen" as const, "none" as const, "other" as const),
});
const action: fc.Arbitrary<Action> = fc.oneof(
  approval,
  approval,
  fc.record({
    do: fc.constant("deploy" as const),
    kind: fc.constantFrom<Kind>("approved", "approved", "denied", "frozen", "free"),
    image: fc.integer({ min: 1, max: 3 }),
    by,
    emergency: fc.constantFrom(false, false, true),
  }),
  fc.record({ do: fc.constant("abort" as const), by }),
  fc.constant({ do: "look" as const }),
);
const round = fc.record({
  actions: fc.array(action, { minLength: 1, maxLength: 4 }),
  passes: fc.constantFrom(0, HOUR_MS, HELD_FOR_MS),
});

test("whatever people and processes do at once: what a rule denies is never committed, what waits only after it was let go", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 6 }), async (rounds) => {
      const bench = await openBench();
      try {
        await bench.connect("cloud", sandboxTarget("ecs"));
        const other = bench.process();
        const over = new Set<string>();
        for (const { actions, passes } of rounds) {
          await Promise.all(actions.map((one, at) => act(bench, at % 2 === 0 ? bench.main : other, one)));
          await check(bench, over);
          bench.clock.now += passes;
        }
      } finally {
        await bench.close();
      }
    }),
    { numRuns: 40 },
  );
}, 120_000);

const callerOf = (bench: Bench, index: number): Caller => ({
  ...bench.caller,
  // Two names share a token, and two tokens a name: either way they are one person.
  actor: ["token:a", "token:b", "token:b", "token:c"][index] ?? "",
  token: ["t1", "t2", "t3", "t3"][index] ?? "",
});

async function act(bench: Bench, { ports }: Bench["main"], what: Action): Promise<void> {
  const held = await bench.file.store.heldPlan(scopeOf(bench), "web");
  try {
    if (what.do === "deploy") {
      const spec = workerSpec({
        image: `localhost/web:${what.image}`,
        policy: RULES[what.kind],
        labels: { kind: what.kind },
      });
      const options = what.emergency ? { emergency: { reason: "fire" } } : {};
      await deploy(ports, callerOf(bench, what.by), "web", { spec }, options);
    } else if (what.do === "approve" && held !== undefined) {
      const hash = { seen: held.hash, other: "0".repeat(64), none: undefined }[what.hash];
      await approvePlan(ports, callerOf(bench, what.by), held.id, { hash });
    } else if (what.do === "abort" && held !== undefined)
      await abortPlan(ports, callerOf(bench, what.by), held.id, {});
    else if (what.do === "look") await lookAtHeldPlans(ports, `process-${what.do}`);
  } catch (error) {
    // Refusals are answers; anything else is a fault of Berth.
    if (!(error instanceof Fault) || error.code === "internal") throw error;
  }
}

const scopeOf = (bench: Bench) => ({ project: bench.caller.project.id, environment: "production" });

/** What every committed plan must have behind it. */
async function check(bench: Bench, over: Set<string>): Promise<void> {
  const { store } = bench.file;
  for (const plan of await store.plans(scopeOf(bench), "web", 100)) {
    expect(over, "a plan that had ended was committed").not.toContain(plan.id);
    const kind = plan.units[0]?.template.labels["kind"];
    expect(kind, "a rule that denies was passed").not.toBe("denied");
    if (plan.emergency !== undefined) continue;
    if (kind === "frozen") expect(plan.createdAt).toBeGreaterThanOrEqual(START + HOUR_MS);
    if (kind !== "approved") continue;
    const said = await store.approvals(plan.project, plan.id);
    const events = await store.events(scopeOf(bench), "web", 0, 1_000);
    const author = events.find((event) => event.type === "plan.held" && event.data["plan"] === plan.id);
    const authors = [{ actor: author?.actor ?? "", token: plan.token ?? "" }];
    const counted = othersThan(
      authors,
      said.filter((word) => word.hash === plan.hash),
    );
    expect(counted.length).toBeGreaterThanOrEqual(NEEDED);
    for (const word of said) expect(word.hash).toBe(plan.hash);
  }
  for (const { type, data } of await store.events(scopeOf(bench), "web", 0, 1_000))
    if (["plan.aborted", "plan.expired"].includes(type)) over.add(String(data["plan"]));
  // At most one plan of a workload waits, and one that waits was never in force.
  const waiting = await store.heldPlan(scopeOf(bench), "web");
  if (waiting !== undefined) expect(waiting.state).toBe("held");
}
