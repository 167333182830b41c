import { listEvents, MAX_EVENTS } from "../broker/events.ts";
import type { Caller } from "../broker/ports.ts";
import { Fault } from "../domain/fault.ts";
import { AFTER } from "./after-query.ts";
import { json } from "./answer.ts";
import { endpoint, type Endpoint } from "./define.ts";
import type { ReadRoutePorts } from "./route-ports.ts";
import { sseEvent, streamAnswer, wantsEvents } from "./stream-answer.ts";

const read = endpoint<ReadRoutePorts>();
/** How often a follower looks for new events, ms. */
const LOOK_MS = 500;

/** What happened to a workload, as a list or as it happens. */
export const eventReads: readonly Endpoint<ReadRoutePorts>[] = [
  read({
    method: "GET",
    path: "/v1/workloads/{name}/events",
    guard: "workloads:read",
    runs: "edge",
    tag: "workloads",
    inEnvironment: true,
    summary: "List or follow events",
    description:
      "Oldest first. Where events after the number are no longer kept, the answer is 410. With `follow=true` or `Accept: text/event-stream`, server-sent events that go on.",
    query: {
      ...AFTER,
      limit: {
        type: "integer",
        description: "Events at most.",
        minimum: 1,
        maximum: MAX_EVENTS,
        default: 100,
      },
      follow: { type: "boolean", description: "Stay and send events as they happen." },
    },
    answers: {
      200: {
        description: "The events.",
        schema: "EventList",
        mediaTypes: ["application/json", "text/event-stream"],
      },
    },
    handler: async ({ ports, caller, params, query, request }) => {
      const after = lastEventId(request.headers) ?? query.after;
      const events = await listEvents(ports, caller, params.name, after, query.limit);
      if (!query.follow && !wantsEvents(request))
        return json(200, { events, next: events.at(-1)?.seq ?? after });
      const stream = follow(ports, caller, params.name, after, request.signal);
      return streamAnswer(ports, request, "workloads:read", stream, "text/event-stream");
    },
  }),
];

// A browser that lost its stream says in this header where it was.
function lastEventId(headers: Headers): number | undefined {
  const id = headers.get("last-event-id");
  if (id === null) return undefined;
  if (/^\d{1,15}$/.test(id)) return Number(id);
  throw new Fault("invalid-header", "Last-Event-ID takes the number of an event.");
}

function follow(
  ports: ReadRoutePorts,
  caller: Caller,
  name: string,
  start: number,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  let after = start;
  const left = new AbortController();
  const over = AbortSignal.any([signal, left.signal]);
  return new ReadableStream<Uint8Array>(
    {
      // Returns with the first events it finds; ends when the reader leaves.
      pull: async (controller) => {
        while (!over.aborted) {
          const events = await listEvents(ports, caller, name, after, MAX_EVENTS);
          for (const event of events) controller.enqueue(sseEvent(event, event.seq));
          after = events.at(-1)?.seq ?? after;
          if (events.length > 0) return;
          await ports.sleep(LOOK_MS, over);
        }
        if (!left.signal.aborted) controller.close();
      },
      cancel: () => left.abort(),
    },
    { highWaterMark: 0 },
  );
}
