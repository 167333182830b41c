import type { Unit } from "../../../src/domain/plan.ts";
import { builtInBook } from "../../../src/catalog/shipped-book.ts";
import { withDeadlines } from "../../../src/adapters/wrap.ts";
import type { Adapter } from "../../../src/adapters/adapter.ts";
import { isThere } from "../../../src/adapters/cloud-run/simulator/life.ts";
import type { FaultRule } from "../../../src/adapters/cloud-run/simulator/state.ts";
import { texts } from "../../../src/adapters/cloud-run/members.ts";
import type { Bench } from "../contract.ts";
import { call } from "../fixtures.ts";
import type { Project } from "./project.ts";
import { runUnit } from "./settings.ts";
import { world } from "./world.ts";

/** The bench of the contract test, over the simulation in this process. */
export async function simulatedBench(): Promise<Bench> {
  const state = { broken: false };
  const { adapter, google } = world({}, { ports: { book: bookUnless(state) } });
  return benchOver(adapter, google, state, async () => {});
}

/** The price book, until the place breaks down. */
export function bookUnless(state: { readonly broken: boolean }) {
  return () => {
    if (state.broken) throw new Error("the price book is gone");
    return builtInBook();
  };
}

/** A bench over any way to a simulated project. */
export function benchOver(
  bare: Adapter,
  google: Project,
  state: { broken: boolean },
  close: () => Promise<void>,
): Bench {
  const adapter = withDeadlines(bare);
  let made = 0;
  const unit = (changes: Partial<Unit> = {}) => {
    made += 1;
    return runUnit(made, changes);
  };
  const there = () =>
    Object.values(google.state().resources).filter(
      (resource) => isThere(resource, google.now()) && resource.collection !== "jobs",
    );
  return {
    adapter,
    unit,
    rooms: [],
    want: () => {},
    doom: () => {},
    settle: async () => google.pass(5_000),
    made: async () => there().map(({ document }) => texts(document, "labels")["berth-unit"] ?? ""),
    async stranger() {
      const stray = unit({ workload: "stray" });
      await adapter.apply(stray, call());
      return stray.id;
    },
    loseAnswer: () => google.rule({ faults: [LOST_CREATE] }),
    breakDown() {
      state.broken = true;
      google.breakDown();
    },
    tries: {
      want: () => {},
      end: () => {},
      show: async () => google.pass(500),
      started: async () => google.began,
    },
    close,
  };
}

/** The service is made, and the answer never comes. */
export const LOST_CREATE: FaultRule = {
  method: "POST",
  path: "/services",
  times: 1,
  after: true,
  status: 503,
  code: "UNAVAILABLE",
};
