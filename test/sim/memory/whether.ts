import type { WhetherStore } from "../../../src/store/whether.ts";
import { appendEvents } from "./commit.ts";
import { keyOf, type Tables } from "./tables.ts";

/** What automation asks before it moves something. Rules, approvals and exceptions belong to callers, and no simulation has them. */
export function whether(tables: Tables): WhetherStore {
  return {
    ...OF_CALLERS,
    automation: async () => undefined,
    async committedSince(project, { triggers, actor, since, of }) {
      const key = of === undefined ? undefined : keyOf(of.scope, of.workload);
      const times = [...tables.plans.values()]
        .filter(({ committed, plan }) => committed && plan.project === project && plan.actor === actor)
        .filter((row) => (key ?? row.key) === row.key && triggers.includes(row.plan.trigger))
        .map(({ plan }) => plan.createdAt)
        .filter((at) => at >= since);
      return { count: times.length, lastAt: times.length === 0 ? undefined : Math.max(...times) };
    },
    async appendEventOnce(scope, workload, event) {
      const key = keyOf(scope, workload);
      const told = (tables.events.get(key) ?? []).some(
        ({ type, data }) => type === event.type && data["key"] === event.data.key,
      );
      if (!told) appendEvents(tables, key, [event]);
    },
    failedOver: async () => [],
    heldPlan: async () => undefined,
    heldDue: async () => [],
    exceptions: async () => [],
    exceptionsEnding: async () => [],
  };
}

const refuse = async () => await Promise.reject(new Error("no simulation has rules over changes"));

const OF_CALLERS = {
  holdPlan: refuse,
  lookAgain: refuse,
  endHeld: refuse,
  requestAbort: refuse,
  approvePlan: refuse,
  approvals: refuse,
  insertException: refuse,
  exception: refuse,
  approveException: refuse,
  tellException: refuse,
  putAutomation: refuse,
} satisfies Partial<WhetherStore>;
