import type { Engine } from "./engine.ts";
import { LogSplitter } from "./log-lines.ts";
import type { SeenContainer } from "./seen.ts";

/** The most lines from the end that one question may have. */
const MAX_TAIL = 10_000;

/** The last `count` lines of a container, oldest first. */
export async function lastLines(
  engine: Engine,
  container: string,
  count: number,
): Promise<readonly string[]> {
  const stream = await engine.logs(
    container,
    { tail: count, follow: false },
    AbortSignal.timeout(LAST_LINES_MS),
  );
  const splitter = new LogSplitter();
  const lines: string[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>)
    lines.push(...splitter.push(chunk).map(({ line }) => line));
  lines.push(...splitter.end().map(({ line }) => line));
  return lines.slice(-count);
}

const LAST_LINES_MS = 5_000;

/** Logs of several containers as NDJSON `{at, stream, line, container}`; `container` is `<replica>/<container>`. Ends by itself unless `follow`. */
export function mergedLogs(
  engine: Engine,
  containers: readonly SeenContainer[],
  query: { readonly tail: number; readonly follow: boolean },
): ReadableStream<Uint8Array> {
  const done = new AbortController();
  const encoder = new TextEncoder();
  // Nothing is awaited before the stream is handed out: podman answers a followed log only with its first line.
  return new ReadableStream<Uint8Array>({
    async start(controller) {
      const one = async (container: SeenContainer): Promise<void> => {
        const label = `${String(container.mark.replica)}/${container.mark.container}`;
        for await (const line of follow(engine, container.id, query, done.signal)) {
          if (done.signal.aborted) return;
          controller.enqueue(encoder.encode(`${JSON.stringify({ ...line, container: label })}\n`));
          await roomIn(controller, done.signal);
        }
      };
      const ends = await Promise.allSettled(containers.map(one));
      if (done.signal.aborted) return;
      const broken = ends.find((end) => end.status === "rejected");
      if (broken === undefined) controller.close();
      else controller.error(broken.reason);
    },
    cancel: () => done.abort(),
  });
}

async function* follow(
  engine: Engine,
  id: string,
  query: { readonly tail: number; readonly follow: boolean },
  signal: AbortSignal,
) {
  const tail = Math.min(Math.max(0, query.tail), MAX_TAIL);
  if (signal.aborted) return;
  const stream = await engine.logs(id, { tail, follow: query.follow }, signal);
  signal.addEventListener("abort", () => stream.destroy(), { once: true });
  const splitter = new LogSplitter();
  for await (const chunk of stream as AsyncIterable<Buffer>) yield* splitter.push(chunk);
  yield* splitter.end();
}

/** Waits while nobody reads, so that a chatty container cannot fill the agent's memory. */
async function roomIn(
  controller: ReadableStreamDefaultController<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  while ((controller.desiredSize ?? 0) < -MAX_UNREAD_LINES && !signal.aborted) {
    await new Promise((resolve) => setTimeout(resolve, UNREAD_WAIT_MS));
  }
}
const MAX_UNREAD_LINES = 1_000;
const UNREAD_WAIT_MS = 20;
