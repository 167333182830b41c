import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { installMoto } from "../../scripts/moto.ts";

/** A moto server of one test file, with an account of its own. */
export interface Moto {
  readonly url: string;
  close(): Promise<void>;
}

/** How often it is asked whether it answers, and how long between, ms. */
const MOST_ASKS = 150;
const ASK_EVERY_MS = 200;

/** Starts moto and sets what its defaults would spoil: tasks stay RUNNING, and services have running tasks. */
export async function startMoto(): Promise<Moto> {
  const found = await installMoto();
  if ("why" in found) throw new Error(`moto cannot be had: ${found.why}`);
  const port = await freePort();
  const env = {
    ...process.env,
    // Its services start no tasks; this is how many it says run.
    MOTO_ECS_SERVICE_RUNNING: "2",
    AWS_DEFAULT_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  };
  const child = spawn(found.server, ["-H", "127.0.0.1", "-p", String(port)], { env, stdio: "ignore" });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const url = `http://127.0.0.1:${port}`;
  const close = async () => {
    child.kill();
    await ended;
  };
  await answers(url);
  // By default a task stops by itself after a few looks.
  await fetch(`${url}/moto-api/state-manager/set-transition`, {
    method: "POST",
    body: JSON.stringify({ model_name: "ecs::task", transition: { progression: "manual", times: 9_999 } }),
  });
  return { url, close };
}

async function answers(url: string): Promise<void> {
  for (let asks = 0; asks < MOST_ASKS; asks += 1) {
    const answer = await fetch(`${url}/moto-api/`).catch((error: unknown) => {
      // Nobody listens yet.
      if (error instanceof TypeError) return undefined;
      throw error;
    });
    if (answer?.ok === true) return;
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
  }
  throw new Error("moto does not answer");
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
