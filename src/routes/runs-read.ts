import { listRuns, readRun, waitForRun } from "../broker/read-runs.ts";
import { json } from "./answer.ts";
import { endpoint, type Endpoint } from "./define.ts";
import type { ReadRoutePorts } from "./route-ports.ts";
import { waitQuery } from "./wait-query.ts";

const read = endpoint<ReadRoutePorts>();

/** Reading the runs of a job, and waiting for one. */
export const runReads: readonly Endpoint<ReadRoutePorts>[] = [
  read({
    method: "GET",
    path: "/v1/workloads/{name}/runs",
    guard: "workloads:read",
    runs: "edge",
    tag: "runs",
    inEnvironment: true,
    summary: "List runs of a job",
    description:
      "Newest first, also of a job that is gone. `next` is what to give as `before` for the page after; it is absent on the last one.",
    query: {
      before: {
        type: "integer",
        description: "Only those that began before, ms since the epoch.",
        minimum: 0,
        maximum: 8_640_000_000_000_000,
      },
      limit: { type: "integer", description: "Runs a page.", minimum: 1, maximum: 100, default: 20 },
    },
    answers: { 200: { description: "One page.", schema: "RunPage" } },
    handler: async ({ ports, caller, params, query }) =>
      json(200, await listRuns(ports, caller, params.name, query)),
  }),
  read({
    method: "GET",
    path: "/v1/workloads/{name}/runs/{id}",
    guard: "workloads:read",
    runs: "edge",
    tag: "runs",
    inEnvironment: true,
    summary: "Read a run, or wait for it",
    description:
      "Each try with its phase, exit code and last lines. With `wait=done` the answer is 200 only once the run has succeeded, the problem " +
      "`run-failed` as soon as it has ended otherwise, and 504 with Retry-After when the time is up: `curl -f --retry` is right in a pipeline.",
    query: waitQuery("done"),
    answers: { 200: { description: "The run with its tries.", schema: "RunWithAttempts" } },
    handler: async ({ ports, caller, params: { name, id }, query, request }) => {
      if (query.wait === undefined) return json(200, await readRun(ports, caller, name, id));
      const wait = { timeoutSeconds: query.timeoutSeconds, signal: request.signal };
      return json(200, await waitForRun(ports, caller, name, id, wait));
    },
  }),
];
