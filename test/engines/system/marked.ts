import { z } from "zod";
import { dialEngine } from "../../../src/agent/drivers/dial.ts";
import { LABEL_PREFIX } from "../../../src/agent/mark.ts";
import type { TestEngine } from "../harness/engine.ts";

const LIST_MS = 10_000;

/** A container of Berth's in some engine, running or not. */
export interface Marked {
  readonly id: string;
  readonly unit: string;
  readonly workload: string;
  readonly replica: string;
  readonly running: boolean;
  readonly engine: TestEngine;
}

/** Every container that carries Berth's mark, in all these engines. Throws when one of them cannot be asked. */
export async function marked(engines: readonly TestEngine[]): Promise<readonly Marked[]> {
  const lists = await Promise.all(engines.map(markedIn));
  return lists.flat();
}

async function markedIn(engine: TestEngine): Promise<readonly Marked[]> {
  const filters = JSON.stringify({ label: [`${LABEL_PREFIX}unit`] });
  const answer = await dialEngine({ socketPath: engine.socket }).json({
    method: "GET",
    path: "/containers/json",
    query: { all: "true", filters },
    deadlineMs: LIST_MS,
  });
  return LIST.parse(answer).map(({ Id: id, State: state, Labels: labels }) => ({
    id,
    unit: labels[`${LABEL_PREFIX}unit`] ?? "",
    workload: labels[`${LABEL_PREFIX}workload`] ?? "",
    replica: labels[`${LABEL_PREFIX}replica`] ?? "",
    running: state === "running",
    engine,
  }));
}

const LIST = z.array(
  z.object({ Id: z.string(), State: z.string(), Labels: z.record(z.string(), z.string()) }),
);
