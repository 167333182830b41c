import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Started } from "./processes.ts";
import { startNode } from "./processes.ts";

export interface LoadCount {
  readonly requests: number;
  readonly failed: number;
  /** How many answers named each version. */
  readonly versions: Readonly<Record<string, number>>;
  readonly failures: readonly string[];
}

const ANSWER_WITHIN_MS = 10_000;

/** A running load client and what it has counted. */
export interface Load {
  read(): Promise<LoadCount>;
  stop(): Promise<LoadCount>;
}

/** Start the independent client against one URL. `slow` mixes requests in that take a while in the container. */
export function startLoad(url: string, slow: boolean): Load {
  const started: Started = startNode(fileURLToPath(new URL("load.ts", import.meta.url)), [
    url,
    slow ? "slow" : "no",
  ]);
  const { stdout, stdin } = started.child;
  if (stdout === null || stdin === null) throw new Error("the load client has no pipes");
  const lines = createInterface({ input: stdout });
  const read = async (): Promise<LoadCount> => {
    const answer = once(lines, "line", { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    stdin.write("count\n");
    const [line] = await answer;
    return countOf(JSON.parse(String(line)));
  };
  return {
    read,
    stop: async () => {
      const last = await read();
      stdin.end();
      await started.ended;
      return last;
    },
  };
}

// Our own client's own line; what is missing in it counts as nothing.
function countOf(value: unknown): LoadCount {
  const { requests, failed, versions, failures } = Object(value);
  return {
    requests: Number(requests ?? 0),
    failed: Number(failed ?? 0),
    versions: Object.fromEntries(
      Object.entries(Object(versions)).map(([version, count]) => [version, Number(count)]),
    ),
    failures: Array.isArray(failures) ? failures.map(String) : [],
  };
}
