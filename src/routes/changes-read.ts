import { changeNow, readChange } from "../broker/changes/read.ts";
import { changeView } from "../broker/changes/view.ts";
import { waitUntilAllReady } from "../broker/changes/wait.ts";
import { json } from "./answer.ts";
import { endpoint, type Endpoint } from "./define.ts";
import type { ReadRoutePorts } from "./route-ports.ts";
import { waitQuery } from "./wait-query.ts";

const read = endpoint<ReadRoutePorts>();

/** Reading a change of several workloads, and waiting for it. */
export const changeReads: readonly Endpoint<ReadRoutePorts>[] = [
  read({
    method: "GET",
    path: "/v1/changes/{id}",
    guard: "plans:read",
    runs: "edge",
    tag: "changes",
    summary: "Read a change, or wait for it",
    description:
      "With `wait=ready` the answer is 200 only once all of its plans are ready, the problem of a plan that ended otherwise as soon as " +
      "that is certain, and 504 with Retry-After when the time is up.",
    query: waitQuery("ready"),
    answers: { 200: { description: "The change and its plans.", schema: "Change" } },
    handler: async ({ ports, caller, params, query, request }) => {
      const now =
        query.wait === undefined
          ? await changeNow(ports, await readChange(ports, caller, params.id))
          : await waitUntilAllReady(ports, caller, params.id, query.timeoutSeconds, request.signal);
      return json(200, { change: changeView(now) });
    },
  }),
];
