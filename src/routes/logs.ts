import { MAX_TAIL, readLogs } from "../broker/logs.ts";
import { readTryLogs } from "../broker/run-logs.ts";
import type { Ports } from "../broker/ports.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { ndjsonToEvents, streamAnswer, wantsEvents } from "./stream-answer.ts";

const read = endpoint<Ports>();

/** Logs of what runs now, from any provider. */
export const logReads: readonly Endpoint<Ports>[] = [
  read({
    method: "GET",
    path: "/v1/workloads/{name}/logs",
    guard: "logs:read",
    runs: "control",
    tag: "workloads",
    inEnvironment: true,
    summary: "Read or follow logs",
    description:
      "NDJSON of `{at, stream, line, container, unit}`, `at` in ISO 8601 and `unit` the unit's name; server-sent events with `Accept: text/event-stream` or `follow=true`.",
    query: {
      tail: {
        type: "integer",
        description: "Lines from the past.",
        minimum: 0,
        maximum: MAX_TAIL,
        default: 100,
      },
      follow: { type: "boolean", description: "Stay and send lines as they come." },
      run: { type: "string", description: "Of a job: the run whose lines are wanted.", maxLength: 63 },
      attempt: {
        type: "integer",
        description: "Which try of that run; the last one if absent.",
        minimum: 1,
        maximum: 10_000,
      },
    },
    answers: {
      200: { description: "The lines.", mediaTypes: ["application/x-ndjson", "text/event-stream"] },
    },
    handler: async ({ ports, caller, params, query, request }) => {
      const { tail, follow, run, attempt } = query;
      const wanted = { tail, follow };
      const lines =
        run === undefined
          ? await readLogs(ports, caller, params.name, wanted, request.signal)
          : await readTryLogs(ports, caller, params.name, { ...wanted, run, attempt }, request.signal);
      const asEvents = follow
        ? !(request.headers.get("accept") ?? "").includes("x-ndjson")
        : wantsEvents(request);
      return asEvents
        ? streamAnswer(ports, request, "logs:read", lines.pipeThrough(ndjsonToEvents()), "text/event-stream")
        : streamAnswer(ports, request, "logs:read", lines, "application/x-ndjson");
    },
  }),
];
