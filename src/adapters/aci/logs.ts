import { AdapterError } from "../../domain/fault.ts";
import type { Call, LogQuery, UnitRef } from "../adapter.ts";
import type { Owner } from "../cloud-ports.ts";
import { type ArmGroup, tagsIn } from "./arm.ts";
import type { AciContext } from "./context.ts";
import { groupsOf } from "./find.ts";
import { readLines } from "./log-lines.ts";
import { ourMark } from "./ours.ts";
import { RUN_TAG } from "./render/group.ts";

/** Azure has no stream of lines for this, so a followed log is read again so often, ms. */
const FOLLOW_EVERY_MS = 2_000;
/** A followed log ends by itself after this many looks (an hour), so that a forgotten one does not stay. */
const MOST_LOOKS = 1_800;
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
  const { ports } = context;
  const encoder = new TextEncoder();
  const seen = new Map<Source, string>();
  let looks = 0;
  const look = async (): Promise<string> => {
    const texts: string[] = [];
    for (const source of sources) texts.push(await freshLines(context, source, query, seen, call));
    return texts.join("");
  };
  const first = await look();
  let waiting: string | undefined = first;
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (; looks < MOST_LOOKS && !call.signal.aborted; looks += 1) {
        const text: string | undefined = waiting ?? (await unlessEnded(look, call));
        if (text === undefined) break;
        waiting = undefined;
        if (text !== "") controller.enqueue(encoder.encode(text));
        if (!query.follow) return controller.close();
        if (text !== "") return undefined;
        await ports.sleep(FOLLOW_EVERY_MS, call.signal);
      }
      return controller.close();
    },
  });
}

// A caller who has gone away in the middle of a look is no failure.
async function unlessEnded(look: () => Promise<string>, { signal }: Call): Promise<string | undefined> {
  try {
    return await look();
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
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
): Promise<string> {
  const last = seen.get(source);
  const content = await contentOf(api, source, last === undefined ? tail : FOLLOW_TAIL, call);
  const lines = readLines(content).map((said) => ({ ...said, key: `${said.at ?? ""} ${said.line}` }));
  const from = last === undefined ? 0 : lines.findLastIndex(({ key }) => key === last) + 1;
  const fresh = last === undefined ? (tail === 0 ? [] : lines.slice(-tail)) : lines.slice(from);
  seen.set(source, lines.at(-1)?.key ?? last ?? "");
  const now = new Date(ports.now()).toISOString();
  return fresh
    .map(({ at, line }) => {
      const when = at === undefined ? now : new Date(at).toISOString();
      return `${JSON.stringify({ at: when, stream: "stdout", line, container: source.container })}\n`;
    })
    .join("");
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
