import { member, members, textIn } from "../members.ts";
import { endOf } from "./state.ts";
import { isThere } from "./life.ts";
import { answer, isoTime, type SimulatedRequest, type Step } from "./reply.ts";
import type { ProjectState, StoredResource } from "./state.ts";

/** `entries:list` for the filters that Berth sends: one resource's name, and a moment. */
export function loggingStep(state: ProjectState, { body }: SimulatedRequest, now: number): Step {
  const filter = textIn(body, "filter");
  const name = /_name="([^"]+)"/.exec(filter)?.[1] ?? "";
  const since = Date.parse(/timestamp>="([^"]+)"/.exec(filter)?.[1] ?? "1970-01-01T00:00:00Z");
  const found = Object.values(state.resources).find(
    (resource) => resource.name.endsWith(`/${name}`) && isThere(resource, now),
  );
  const said = found === undefined ? [] : saidBy(found).filter(({ at }) => at <= now && at >= since);
  const size = Number(member(body, "pageSize") ?? 50);
  const entries = said
    .toReversed()
    .slice(0, size)
    .map((line) => entryOf(found, line));
  return answer(state, entries.length === 0 ? {} : { entries });
}

interface Said {
  readonly at: number;
  readonly line: string;
  readonly stream: "stdout" | "stderr";
}

function saidBy(resource: StoredResource): readonly Said[] {
  const { startsAt, settledAt, failure, execution } = resource;
  const say = (at: number, line: string, stream: Said["stream"] = "stdout"): Said => ({ at, line, stream });
  const crashed = (at: number) => (failure?.lastLines ?? []).map((line) => say(at, line, "stderr"));
  if (execution === undefined)
    return [
      say(startsAt, "starting"),
      ...(failure === undefined ? [say(settledAt, listening(resource))] : crashed(settledAt)),
    ];
  const end = endOf(execution);
  return [
    say(execution.startsAt, "starting"),
    ...crashed(end),
    say(end, `leaving with ${execution.exitCode}`),
  ];
}

function listening({ document, collection }: StoredResource): string {
  const [main] = members(member(document, "template"), "containers");
  const port = member(members(main, "ports")[0], "containerPort");
  return collection === "services" ? `listens on port ${JSON.stringify(port)}` : "running";
}

const TYPES = {
  services: ["cloud_run_revision", "service_name"],
  workerPools: ["cloud_run_worker_pool", "worker_pool_name"],
  jobs: ["cloud_run_job", "job_name"],
} as const;

function entryOf(resource: StoredResource | undefined, { at, line, stream }: Said): object {
  const [type, label] = TYPES[resource?.collection ?? "services"];
  const [, project = "", , location = "", , name = ""] = resource?.name.split("/") ?? [];
  return {
    logName: `projects/${project}/logs/run.googleapis.com%2F${stream}`,
    resource: { type, labels: { project_id: project, location, [label]: name } },
    timestamp: isoTime(at),
    insertId: `${name}-${at}-${stream}`,
    textPayload: line,
  };
}
