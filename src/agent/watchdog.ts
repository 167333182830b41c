// Run as a process of its own, so that it outlives its agent. It reads where to look from standard input.
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { dialEngine } from "./drivers/dial.ts";
import type { Dial, EngineAddress } from "./drivers/dial.ts";
import { unlessAbsent } from "./durable-file.ts";
import { leasePath, readLease, uptimeMs } from "./lease.ts";
import type { LeaseFile } from "./lease.ts";
import { LABEL_PREFIX } from "./mark.ts";

const LOOK_MS = 250;
const CALL_MS = 2_000;
/** How long it tries to stop units of a lease that is over: an engine that is away that long has been given up by its owner. */
const MAX_TRIES_MS = 3_600_000;

/** Watches one lease until the lease is taken from it, or is over and nothing runs any more that may run only once. */
async function watch({ dataDir, token, engine }: Orders): Promise<void> {
  const dial = dialEngine(engine);
  for (;;) {
    const lease = await readLease(dataDir, console.error);
    if (lease === undefined || lease.watchdog !== token) return;
    const over = uptimeMs() - lease.killAt;
    if (over >= 0 && (over > MAX_TRIES_MS || (await stopAll(lease, dial)))) return;
    await wait(LOOK_MS);
  }
}

/** Kills every container of the lease's units; says whether a look shows none of them running. */
async function stopAll(lease: LeaseFile, dial: Dial): Promise<boolean> {
  try {
    const running = await runningOf(lease, dial);
    for (const id of running) {
      console.error(`the lease is over: killing container ${id}`);
      await dial.json({ method: "POST", path: `/containers/${id}/kill`, deadlineMs: CALL_MS });
    }
    return running.length === 0;
  } catch (error) {
    console.error(`the engine cannot be asked: ${error instanceof Error ? error.message : String(error)}`);
    for (const process of lease.processes) await killProcess(process);
    return false;
  }
}

async function runningOf({ units, agent, installation }: LeaseFile, dial: Dial): Promise<readonly string[]> {
  const label = [`${LABEL_PREFIX}installation=${installation}`, `${LABEL_PREFIX}agent=${agent}`];
  const query = { filters: JSON.stringify({ label }) };
  const list = LIST.parse(
    await dial.json({ method: "GET", path: "/containers/json", query, deadlineMs: CALL_MS }),
  );
  const fenced = new Set(units);
  return list.filter(({ Labels }) => fenced.has(Labels?.[`${LABEL_PREFIX}unit`] ?? "")).map(({ Id }) => Id);
}

/** With the engine dead its containers live on. A process is killed only while its control group still names the container: numbers are used again. */
async function killProcess({ container, pid }: LeaseFile["processes"][number]): Promise<void> {
  const groups = await unlessAbsent(readFile(`/proc/${String(pid)}/cgroup`, "utf8"));
  if (groups?.includes(container) !== true) return;
  console.error(
    `the lease is over and the engine away: killing process ${String(pid)} of container ${container}`,
  );
  process.kill(pid, "SIGKILL");
}

interface Orders {
  readonly dataDir: string;
  readonly token: string;
  readonly engine: EngineAddress;
}
const ORDERS: z.ZodType<Orders> = z.object({
  dataDir: z.string(),
  token: z.string(),
  engine: z.union([
    z.object({ socketPath: z.string() }),
    z.object({
      host: z.string(),
      port: z.number(),
      tls: z.object({ ca: z.string(), cert: z.string(), key: z.string() }).optional(),
    }),
  ]),
});
const LIST = z.array(z.object({ Id: z.string(), Labels: z.record(z.string(), z.string()).nullish() }));

const orders = ORDERS.parse(JSON.parse(await text(process.stdin)));
console.error(`watching the lease in ${leasePath(orders.dataDir)}`);
await watch(orders);
