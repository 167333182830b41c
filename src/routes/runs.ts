import { z } from "zod";
import type { Ports } from "../broker/ports.ts";
import { runView } from "../broker/run-view.ts";
import { startRun, stopRun } from "../broker/runs.ts";
import type { Run } from "../domain/run.ts";
import { json } from "./answer.ts";
import { sentence } from "./bodies.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { jsonBody } from "./json-body.ts";

const write = endpoint<Ports>();

const Why = z.strictObject({ reason: sentence.optional() });
const ACCEPTED = { location: "The run; `?wait=done` waits for it." };

/** Beginning and stopping runs of a job. */
export const runWrites: readonly Endpoint<Ports>[] = [
  write({
    method: "POST",
    path: "/v1/workloads/{name}/runs",
    guard: "runs:write",
    runs: "control",
    tag: "runs",
    inEnvironment: true,
    summary: "Run a job now",
    description:
      "The run keeps the plan that is in force: a later deploy changes nothing of it. It begins whatever else of the job is under way; `job.overlap` is for scheduled runs.",
    body: jsonBody(Why, { optional: true }),
    answers: { 202: { description: "It begins.", schema: "RunAccepted", headers: ACCEPTED } },
    handler: async ({ ports, caller, params, body }) =>
      accepted(await startRun(ports, caller, params.name, body)),
  }),
  write({
    method: "POST",
    path: "/v1/workloads/{name}/runs/{id}/stop",
    guard: "runs:write",
    runs: "control",
    tag: "runs",
    inEnvironment: true,
    summary: "Stop a run",
    description: "Its tries get stopGraceSeconds to end, and no further ones begin.",
    body: jsonBody(Why, { optional: true }),
    answers: { 202: { description: "It is being stopped.", schema: "RunAccepted", headers: ACCEPTED } },
    handler: async ({ ports, caller, params, body }) =>
      accepted(await stopRun(ports, caller, params.name, params.id, body)),
  }),
];

function accepted(run: Run): Response {
  return json(202, { run: runView(run) }, { location: `/v1/workloads/${run.workload}/runs/${run.id}` });
}
