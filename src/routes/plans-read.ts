import { readPlan, waitUntilReady } from "../broker/wait.ts";
import { planDocument } from "../broker/plan-view.ts";
import { json } from "./answer.ts";
import { endpoint, type Endpoint } from "./define.ts";
import type { ReadRoutePorts } from "./route-ports.ts";
import { waitQuery } from "./wait-query.ts";

const read = endpoint<ReadRoutePorts>();

/** Reading a plan, and waiting for it. */
export const planReads: readonly Endpoint<ReadRoutePorts>[] = [
  read({
    method: "GET",
    path: "/v1/plans/{id}",
    guard: "plans:read",
    runs: "edge",
    tag: "plans",
    summary: "Read a plan, or wait for it",
    description:
      "With `wait=ready` the answer is 200 only once the plan is ready, a problem such as `plan-rolled-back` as soon as that is " +
      "certain, and 504 with Retry-After when the time is up: `curl -f --retry` is right in a pipeline.",
    query: waitQuery("ready"),
    answers: { 200: { description: "The plan, with the placement it came from.", schema: "PlanWithState" } },
    handler: async ({ ports, caller, params, query, request }) => {
      const plan =
        query.wait === undefined
          ? await readPlan(ports, caller, params.id)
          : await waitUntilReady(ports, caller, params.id, query.timeoutSeconds, request.signal);
      return json(200, planDocument(plan));
    },
  }),
];
