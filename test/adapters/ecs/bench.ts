import type { Adapter } from "../../../src/adapters/adapter.ts";
import { readMark } from "../../../src/adapters/mark.ts";
import { USUAL_RULES } from "../../../src/adapters/ecs/simulator/rules.ts";
import type { Unit } from "../../../src/domain/plan.ts";
import type { Bench } from "../contract.ts";
import { call } from "../fixtures.ts";
import { type EcsWorld, ecsTemplate } from "./world.ts";

/** The contract's bench over a simulated account, however the adapter reaches it. */
export function ecsBench(world: EcsWorld, adapter: Adapter, close: () => Promise<void>): Bench {
  const unit = (changes: Partial<Unit> = {}): Unit => {
    const template = changes.template === undefined ? ecsTemplate() : { ...changes.template, files: [] };
    return world.unit({ ...changes, template });
  };
  const region = String(world.target.config["region"]);
  world.account.behave({ quota: { ...USUAL_RULES.quota, onDemandVcpu: 6, spotVcpu: 30 } });
  return {
    tries: {
      want: () => {},
      end: () => {},
      show: async () => world.time.pass(500),
      started: async () =>
        (world.region()?.tasks ?? [])
          .filter(({ group }) => !group.startsWith("service:"))
          .map(({ startedBy }) => startedBy),
    },
    adapter,
    unit,
    rooms: ["on-demand", "spot"].map((market) => `ecs/${USUAL_RULES.accountId}/${region}/${market}`),
    want: () => {},
    doom: () => {},
    settle: async () => world.time.pass(5_000),
    made: async () =>
      world.services().map(({ tags }) => {
        const pairs = tags.map(({ key = "", value = "" }) => [key, value] as const);
        return readMark(Object.fromEntries(pairs))?.unit ?? "unmarked";
      }),
    async stranger() {
      const stray = unit({ workload: "stray" });
      await adapter.apply(stray, call());
      return stray.id;
    },
    loseAnswer: () =>
      world.account.behave({
        faults: [
          // Three times, so that sending it again does not find the answer either.
          { operation: "CreateService", when: "lost", code: "", message: "", status: 0, times: 3 },
        ],
      }),
    breakDown: () =>
      world.account.behave({
        faults: [
          {
            operation: "*",
            when: "before",
            code: "Flabbergasted",
            message: "nobody knows",
            status: 400,
            times: 1_000,
          },
        ],
      }),
    close,
  };
}
