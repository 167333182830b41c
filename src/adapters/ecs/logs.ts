import type { Task } from "@aws-sdk/client-ecs";
import { AdapterError } from "../../domain/fault.ts";
import type { Call, LogQuery, UnitRef } from "../adapter.ts";
import { followedLog, type LogLine } from "../followed-log.ts";
import { codeOf } from "./classify.ts";
import type { Cloud } from "./cloud.ts";
import type { EcsRegion } from "./config.ts";
import { logPrefix } from "./names.ts";
import { isOurs } from "../ours.ts";
import { markIn } from "./render/tags.ts";
import { describeTasks, listTasks, taskIdOf, tasksStartedBy } from "./tasks.ts";

/** Lines kept of a container that died. */
const LAST_LINES = 20;
/** Streams read for one unit: its newest containers; older ones are left out. */
const MOST_STREAMS = 50;
/** How often a followed log looks for more, ms. */
const FOLLOW_EVERY_MS = 2_000;
/** Amazon CloudWatch Logs API, GetLogEvents: up to 10,000 events a page. */
const MOST_EVENTS = 10_000;

/** One stream of a container, and how far it was read. */
interface Stream {
  readonly name: string;
  readonly container: string;
  readonly token?: string | undefined;
}

interface Line extends LogLine {
  readonly atMs: number;
}

/** NDJSON of `{at, stream, line, container}` for every task of a unit that ECS still remembers (about an hour after its end). */
export async function unitLogs(
  cloud: Cloud,
  region: EcsRegion,
  ref: UnitRef,
  query: LogQuery,
  call: Call,
): Promise<ReadableStream<Uint8Array>> {
  let streams = new Map<string, Stream>();
  // The first look is made before the answer, so that a unit that is not there is an error and not an empty log.
  const tasks = await tasksOf(cloud, region, ref, call);
  if (tasks.length === 0)
    throw new AdapterError(
      "conflict",
      `No task of ${ref.name} runs, and ECS forgets one an hour after its end.`,
    );
  const first = await look(tasks, query.tail);
  const more = async () => await look(await tasksOf(cloud, region, ref, call), MOST_EVENTS);
  return followedLog(first, more, { query, everyMs: FOLLOW_EVERY_MS, sleep: cloud.ports.sleep, call });

  async function look(there: readonly Task[], tail: number): Promise<readonly Line[]> {
    const lines: Line[] = [];
    const next = new Map<string, Stream>();
    for (const stream of there.flatMap((task) => streamsOf(ref, task)).slice(-MOST_STREAMS)) {
      const read = await readStream(cloud, region, streams.get(stream.name) ?? stream, tail, call);
      next.set(stream.name, read.stream);
      lines.push(...read.lines);
    }
    streams = next;
    const inOrder = lines.sort((a, b) => a.atMs - b.atMs);
    return tail === 0 ? [] : inOrder.slice(-tail);
  }
}

/** The last lines of a task's main container; none where nothing was written or AWS does not show them. */
export async function lastLinesOf(
  cloud: Cloud,
  region: EcsRegion,
  task: Task,
  call: Call,
): Promise<readonly string[]> {
  const mark = markIn(task.tags);
  const [stream] = mark === undefined ? [] : streamsOf(mark, task);
  if (stream === undefined) return [];
  try {
    const { lines } = await readStream(cloud, region, stream, LAST_LINES, call);
    return lines.slice(-LAST_LINES).map(({ line }) => line);
  } catch (error) {
    // A courtesy: what became of the task is known without them.
    if (error instanceof AdapterError) return [];
    throw error;
  }
}

async function tasksOf(cloud: Cloud, region: EcsRegion, ref: UnitRef, call: Call): Promise<readonly Task[]> {
  const arns: string[] = [];
  try {
    for (const desiredStatus of ["STOPPED", "RUNNING"] as const)
      arns.push(...(await listTasks(cloud, region, { serviceName: ref.name, desiredStatus }, call)));
  } catch (error) {
    if (codeOf(error) !== "ServiceNotFoundException") throw error;
  }
  const ofService = (await describeTasks(cloud, region, arns, call)).filter(
    ({ group }) => group === `service:${ref.name}`,
  );
  // A try of a job has no service: its task was started under its name.
  const tasks = ofService.length > 0 ? ofService : await tasksOfTry(cloud, region, ref, call);
  return tasks.sort((a, b) => (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0));
}

async function tasksOfTry(cloud: Cloud, region: EcsRegion, ref: UnitRef, call: Call): Promise<Task[]> {
  const owner = await cloud.owner();
  const { project, environment, workload } = ref;
  return (await tasksStartedBy(cloud, region, ref.name, call)).filter(({ tags }) => {
    const mark = markIn(tags);
    if (!isOurs(mark, owner)) return false;
    return [mark.project, mark.environment, mark.workload].every(
      (part, index) => part === [project, environment, workload][index]?.toLowerCase(),
    );
  });
}

// awslogs names a stream prefix/container/task id (Amazon ECS developer guide, "Using the awslogs log driver").
function streamsOf(
  belongs: Parameters<typeof logPrefix>[0],
  { taskArn = "", containers = [] }: Task,
): readonly Stream[] {
  return containers.map(({ name: container = "" }) => ({
    name: `${logPrefix(belongs)}/${container}/${taskIdOf(taskArn)}`,
    container,
  }));
}

async function readStream(
  cloud: Cloud,
  region: EcsRegion,
  stream: Stream,
  tail: number,
  call: Call,
): Promise<{ stream: Stream; lines: readonly Line[] }> {
  const { name, container, token } = stream;
  try {
    const { events = [], nextForwardToken } = await cloud.send(
      region.region,
      "GetLogEvents",
      {
        logGroupName: cloud.config.logGroup,
        logStreamName: name,
        limit: Math.min(MOST_EVENTS, Math.max(1, tail)),
        ...(token === undefined ? { startFromHead: false } : { nextToken: token, startFromHead: true }),
      },
      call,
    );
    const lines = events.map(({ timestamp = 0, message = "" }) => ({
      atMs: timestamp,
      at: new Date(timestamp).toISOString(),
      // awslogs keeps both outputs in one stream and does not say which was which.
      stream: "stdout" as const,
      line: message,
      container,
    }));
    return { stream: { name, container, token: nextForwardToken ?? token }, lines };
  } catch (error) {
    // A container that has written nothing yet has no stream.
    if (codeOf(error) === "ResourceNotFoundException") return { stream, lines: [] };
    throw error;
  }
}
