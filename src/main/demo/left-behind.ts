import { dialEngine } from "../../agent/drivers/dial.ts";
import { LABEL_PREFIX } from "../../agent/mark.ts";

const DEADLINE_MS = 20_000;

/** How many containers and volumes of these agents are still in the engine; another installation's are none of ours. */
export async function leftBehind(socketPath: string, agents: readonly string[]): Promise<number> {
  const counts = await Promise.all(agents.map((agent) => countOf(socketPath, agent)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function countOf(socketPath: string, agent: string): Promise<number> {
  const dial = dialEngine({ socketPath });
  const filters = JSON.stringify({ label: [`${LABEL_PREFIX}agent=${agent}`] });
  const containers = await dial.json({
    method: "GET",
    path: "/containers/json",
    query: { all: "true", filters },
    deadlineMs: DEADLINE_MS,
  });
  const volumes = await dial.json({
    method: "GET",
    path: "/volumes",
    query: { filters },
    deadlineMs: DEADLINE_MS,
  });
  const listed: unknown = Object(volumes)["Volumes"];
  return lengthOf(containers) + lengthOf(listed);
}

/** Remove the images the demo made. */
export async function removeImages(socketPath: string, names: readonly string[]): Promise<void> {
  const dial = dialEngine({ socketPath });
  for (const name of names)
    await dial.json({
      method: "DELETE",
      path: `/images/${name}`,
      query: { force: "true" },
      deadlineMs: DEADLINE_MS,
    });
}

const lengthOf = (value: unknown): number => (Array.isArray(value) ? value.length : 0);
