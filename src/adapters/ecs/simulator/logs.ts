import type { InputOf } from "../api.ts";
import { findDefinition } from "./definitions.ts";
import { SimFailure } from "./failure.ts";
import { endedAt, runsAt } from "./progress.ts";
import type { SimTask } from "./state.ts";
import type { World } from "./world.ts";

const MOST_EVENTS = 10_000;

/** What one container has written by now. A token is how many events were given; at the end it comes back as it is. */
export function getLogEvents(world: World, input: InputOf<"GetLogEvents">): object {
  const events = eventsOf(world, input.logGroupName ?? "", input.logStreamName ?? "");
  if (events === undefined)
    throw new SimFailure("ResourceNotFoundException", "The specified log stream does not exist.");
  const limit = Math.min(input.limit ?? MOST_EVENTS, MOST_EVENTS);
  const from = input.nextToken?.startsWith("f/") === true ? Number(input.nextToken.slice(2)) : undefined;
  const begin = from ?? (input.startFromHead === true ? 0 : Math.max(0, events.length - limit));
  const given = events.slice(begin, begin + limit);
  return { events: given, nextForwardToken: `f/${begin + given.length}`, nextBackwardToken: `b/${begin}` };
}

// prefix/container/task id (Amazon ECS developer guide, "Using the awslogs log driver").
function eventsOf(world: World, group: string, stream: string) {
  const [taskId = "", container = ""] = stream.split("/").reverse();
  const task = world.here.tasks.find(({ id }) => id === taskId);
  const containers =
    task === undefined ? [] : (findDefinition(world, task.definition)?.input.containerDefinitions ?? []);
  const found = containers.find(({ name }) => name === container);
  const options = found?.logConfiguration?.options ?? {};
  if (task === undefined || found === undefined || options["awslogs-group"] !== group) return undefined;
  if (stream !== `${options["awslogs-stream-prefix"]}/${container}/${taskId}`) return undefined;
  const port = found.portMappings?.[0]?.containerPort;
  const up = port === undefined ? `task ${taskId} is running` : `listens on port ${port}`;
  const events = saidBy(world, task, up, containers.indexOf(found) === 0).filter(
    ({ timestamp }) => timestamp <= world.now,
  );
  return events.length === 0 ? undefined : events;
}

function saidBy(world: World, task: SimTask, up: string, main: boolean) {
  const runs = runsAt(world, task);
  const say = (timestamp: number, message: string) => ({ timestamp, message, ingestionTime: timestamp });
  const own = main ? (task.ends?.lines ?? []) : [];
  const stopped = endedAt(world, task);
  return [
    // What dies as it starts listens to nobody.
    ...(task.ends?.at === runs ? [] : [say(runs, up)]),
    ...own.map((line) => say(task.ends?.at ?? runs, line)),
    ...(stopped === undefined || task.ends !== undefined
      ? []
      : [say(task.stop?.at ?? stopped, "it was told to stop")]),
  ];
}
