// An independent client: its own process, its own connections, its own count. One line on stdin asks for the count so far.
import { Agent, request } from "node:http";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";

const CONNECTIONS = 8;
const PAUSE_MS = 12;
const ANSWER_WITHIN_MS = 30_000;
/** Every tenth request takes this long in the container, so that some are always on their way when something changes. */
const SLOW_EVERY = 10;
const SLOW_MS = 250;
const MAX_FAILURES_TOLD = 20;

const [url = "", slow = "no"] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const count = { requests: 0, failed: 0, versions: {} as Record<string, number>, failures: [] as string[] };
const stopping = new AbortController();

function once(target: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const call = request(target, { agent, timeout: ANSWER_WITHIN_MS }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        note(Buffer.concat(chunks).toString("utf8"));
        resolve((response.statusCode ?? 0) < 400 ? undefined : `status ${response.statusCode}`);
      });
      response.on("error", (error) => resolve(error.message));
      response.on("aborted", () => resolve("the answer was cut off"));
    });
    call.on("timeout", () => call.destroy(new Error(`no answer within ${ANSWER_WITHIN_MS} ms`)));
    call.on("error", (error) => resolve(error.message));
    call.end();
  });
}

function note(body: string): void {
  const version = /"version":"([^"]{1,40})"/.exec(body)?.[1];
  if (version !== undefined) count.versions[version] = (count.versions[version] ?? 0) + 1;
}

async function worker(index: number): Promise<void> {
  for (let turn = index; !stopping.signal.aborted; turn += CONNECTIONS) {
    const long = slow === "slow" && turn % SLOW_EVERY === 0;
    const failure = await once(long ? `${url}?delayMs=${SLOW_MS}` : url);
    count.requests++;
    if (failure !== undefined) {
      count.failed++;
      if (count.failures.length < MAX_FAILURES_TOLD)
        count.failures.push(`${new Date().toISOString()} ${failure}`);
    }
    await wait(PAUSE_MS);
  }
}

const workers = Array.from({ length: CONNECTIONS }, (_, index) => worker(index));
createInterface({ input: process.stdin })
  .on("line", () => console.log(JSON.stringify(count)))
  .on("close", () => {
    stopping.abort();
    void Promise.all(workers).then(() => agent.destroy());
  });
