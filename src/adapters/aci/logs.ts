import { AdapterError } from "../../domain/fault.ts";
import type { Call, LogQuery, UnitRef } from "../adapter.ts";
import { followedLog, type LogLine } from "../followed-log.ts";
import type { Owner } from "../cloud-ports.ts";
import { type ArmGroup, tagsIn } from "./arm.ts";
import type { AciContext } from "./context.ts";
import { groupsOf } from "./find.ts";
import { readLines } from "./log-lines.ts";
import { ourMark } from "./ours.ts";
import { RUN_TAG } from "./render/group.ts";

/** Azure has no stream of lines for this, so a followed log is read again so often, ms. */
const FOLLOW_EVERY_MS = 2_000;
/** Containers of one unit whose lines are read; of more, those of the first replicas. */
const MOST_SOURCES = 20;
/** Lines asked for at each look of a followed log. */
const FOLLOW_TAIL = 1_000;

interface Source {
  readonly group: string;
  readonly container: string;
}

/** NDJSON of what a unit's containers have said, or those of one try of a job where `ref.name` is its name. Azure does not tell the streams apart. */
export async function logsOf(
  context: AciContext,
  ref: UnitRef,
  query: LogQuery,
  call: Call,
): Promise<ReadableStream<Uint8Array>> {
  const sources = await sourcesOf(context, ref, call);
  if (sources.length === 0)
    throw new AdapterError(
      "invalid",
      `There is no container group of ${ref.name}, and Azure keeps no logs of what is gone.`,
    );
  const seen = new Map<Source, string>();
  const look = async (): Promise<readonly LogLine[]> => {
    const lines: LogLine[] = [];
    for (const source of sources) lines.push(...(await freshLines(context, source, query, seen, call)));
    return lines;
  };
  const { sleep } = context.ports;
  return followedLog(await look(), look, { query, everyMs: FOLLOW_EVERY_MS, sleep, call });
}

async function sourcesOf(context: AciContext, ref: UnitRef, call: Call): Promise<readonly Source[]> {
  const { api, ports } = context;
  const owner = await ports.installation();
  const replicas = [...(await groupsOf(context, ref, [], owner, call)).values()].filter(
    (group) => ourMark(group, owner)?.unit === ref.id,
  );
  const groups = replicas.length > 0 ? replicas : triesOf(await api.get(ref.name, call), ref, owner);
  const sources = groups.flatMap(({ name = "", properties }) =>
    properties.containers.map((container) => ({ group: name, container: container.name })),
  );
  return sources.slice(0, MOST_SOURCES);
}

// A try is asked for by the id and the name of the try, and its group carries the id of the job's unit: its own name, our mark and the
// workload are what make it that try.
function triesOf(group: ArmGroup | undefined, ref: UnitRef, owner: Owner): readonly ArmGroup[] {
  if (group === undefined || tagsIn(group)[RUN_TAG] === undefined) return [];
  const mark = ourMark(group, owner);
  // Marks are kept in lower case.
  const isIts =
    mark?.project === ref.project.toLowerCase() &&
    mark.environment === ref.environment.toLowerCase() &&
    mark.workload === ref.workload.toLowerCase();
  return isIts ? [group] : [];
}

// Times tell what is new; with two lines at one moment, whatever follows the last line that was given counts.
async function freshLines(
  { api, ports }: AciContext,
  source: Source,
  { tail }: LogQuery,
  seen: Map<Source, string>,
  call: Call,
): Promise<readonly LogLine[]> {
  const last = seen.get(source);
  const content = await contentOf(api, source, last === undefined ? tail : FOLLOW_TAIL, call);
  const lines = readLines(content).map((said) => ({ ...said, key: `${said.at ?? ""} ${said.line}` }));
  const from = last === undefined ? 0 : lines.findLastIndex(({ key }) => key === last) + 1;
  const fresh = last === undefined ? (tail === 0 ? [] : lines.slice(-tail)) : lines.slice(from);
  seen.set(source, lines.at(-1)?.key ?? last ?? "");
  const now = new Date(ports.now()).toISOString();
  return fresh.map(({ at, line }) => ({
    at: at === undefined ? now : new Date(at).toISOString(),
    stream: "stdout",
    line,
    container: source.container,
  }));
}

// A container that has not started has said nothing.
async function contentOf(
  api: AciContext["api"],
  { group, container }: Source,
  tail: number,
  call: Call,
): Promise<string> {
  try {
    return await api.logs(group, container, Math.max(1, tail), call);
  } catch (error) {
    if (error instanceof AdapterError && error.kind === "conflict") return "";
    throw error;
  }
}
