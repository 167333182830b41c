import { AdapterError } from "../../domain/fault.ts";
import type { Call, LogQuery } from "../adapter.ts";
import { followedLog, type LogLine } from "../followed-log.ts";
import type { Bench } from "./bench.ts";
import { member, members, textIn } from "./members.ts";

/** How far back logs are read: what Cloud Logging keeps by default (cloud.google.com/logging/quotas), ms. */
const KEPT_MS = 30 * 86_400_000;
/** How often a followed log looks for more, ms: Logging lets a project ask 60 times a minute, for all its logs. */
const FOLLOW_EVERY_MS = 5_000;
/** Entries of one page (Logging API v2, entries.list). */
const MOST_ENTRIES = 1_000;
/** Lines shown of a container that has died. */
const LAST_LINES = 20;

/** What a unit or a try has written to its standard outputs, oldest first, as NDJSON; followed, until the signal ends it. */
export async function logStream(
  bench: Bench,
  resource: { readonly id: string; readonly container: string },
  query: LogQuery,
  call: Call,
): Promise<ReadableStream<Uint8Array>> {
  const since = new Date(bench.now() - KEPT_MS).toISOString();
  const first = await readLines(bench, resource, { since, tail: query.tail }, call);
  const look = newLines(bench, resource, first, call);
  return followedLog(first, look, { query, everyMs: FOLLOW_EVERY_MS, sleep: bench.sleep, call });
}

/** The last lines of what has died; one line that says so where Logging does not answer, for they explain and decide nothing. */
export async function lastLinesOf(
  bench: Bench,
  { id }: { readonly id: string },
  call: Call,
): Promise<readonly string[]> {
  try {
    const since = new Date(bench.now() - KEPT_MS).toISOString();
    const lines = await readLines(bench, { id, container: "" }, { since, tail: LAST_LINES }, call);
    return lines.map(({ line }) => line);
  } catch (error) {
    if (error instanceof AdapterError) return [`(its last lines could not be read: ${error.message})`];
    throw error;
  }
}

function newLines(
  bench: Bench,
  resource: { readonly id: string; readonly container: string },
  first: readonly LogLine[],
  call: Call,
): () => Promise<readonly LogLine[]> {
  let last = first.at(-1)?.at ?? new Date(bench.now()).toISOString();
  // Lines of one instant may come in two looks; what was sent of that instant is not sent again.
  let sent = new Set(first.filter(({ at }) => at === last).map((line) => JSON.stringify(line)));
  return async () => {
    const found = await readLines(bench, resource, { since: last, tail: MOST_ENTRIES }, call);
    const fresh = found.filter((line) => !sent.has(JSON.stringify(line)));
    const newest = fresh.at(-1)?.at;
    if (newest !== undefined && newest !== last) {
      last = newest;
      sent = new Set();
    }
    for (const line of fresh.filter(({ at }) => at === last)) sent.add(JSON.stringify(line));
    return fresh;
  };
}

async function readLines(
  { api, config }: Bench,
  resource: { readonly id: string; readonly container: string },
  { since, tail }: { readonly since: string; readonly tail: number },
  call: Call,
): Promise<readonly LogLine[]> {
  const { id } = resource;
  if (tail === 0) return [];
  const filter = [
    `(resource.labels.service_name="${id}" OR resource.labels.worker_pool_name="${id}" OR resource.labels.job_name="${id}")`,
    `(log_id("run.googleapis.com/stdout") OR log_id("run.googleapis.com/stderr"))`,
    `timestamp>="${since}"`,
  ].join(" AND ");
  const body = {
    resourceNames: [`projects/${config.projectId}`],
    filter,
    orderBy: "timestamp desc",
    pageSize: Math.min(tail, MOST_ENTRIES),
  };
  const request = {
    service: "logging",
    method: "POST",
    path: "/v2/entries:list",
    body,
    repeatable: true,
  } as const;
  const answer = await api.rest(request, call);
  return members(answer, "entries")
    .map((entry) => lineOf(entry, resource.container))
    .toReversed();
}

function lineOf(entry: unknown, container: string): LogLine {
  const json = member(entry, "jsonPayload");
  return {
    at: textIn(entry, "timestamp"),
    stream: textIn(entry, "logName").endsWith("stderr") ? "stderr" : "stdout",
    line: json === undefined ? textIn(entry, "textPayload") : JSON.stringify(json),
    // Set where a service has several containers.
    container: textIn(member(entry, "labels"), "container_name") || container,
  };
}
