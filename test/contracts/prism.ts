import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";

/** A proxy by Stoplight that judges calls and answers by Microsoft's contract on their way. */
export interface Prism {
  readonly url: string;
  close(): Promise<void>;
}

const READY_MS = 90_000;

/** Starts the proxy in front of a server; a wrong call is answered 422 and a wrong answer 500, both with the path of what is wrong. */
export async function prismBefore(upstream: string): Promise<Prism> {
  const folder = await mkdtemp(path.join(tmpdir(), "berth-prism-"));
  const contract = path.join(folder, "contract.json");
  // Its examples are files that are not here, and the proxy would look for them.
  const published = new URL("data/azure/containerInstance.json", import.meta.url);
  const text = JSON.parse(await readFile(published, "utf8"), (key, value: unknown) =>
    key === "x-ms-examples" ? undefined : value,
  ) as unknown;
  await writeFile(contract, JSON.stringify(text));
  const port = await freePort();
  const cli = createRequire(import.meta.url).resolve("@stoplight/prism-cli/dist/index.js");
  const options = ["proxy", "--host", "127.0.0.1", "--port", String(port), "--errors", contract, upstream];
  const child = spawn(process.execPath, [cli, ...options], { stdio: ["ignore", "pipe", "pipe"] });
  await listening(child);
  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      const ended = once(child, "exit");
      child.kill();
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}

async function listening(child: ChildProcess): Promise<void> {
  let said = "";
  const deadline = AbortSignal.timeout(READY_MS);
  const ready = new Promise<void>((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      said += chunk.toString("utf8");
      if (said.includes("Prism is listening")) resolve();
    };
    child.stdout?.on("data", hear);
    child.stderr?.on("data", hear);
    child.once("exit", () => reject(new Error(`prism ended: ${said}`)));
    deadline.addEventListener("abort", () => reject(new Error(`prism is not ready: ${said}`)));
  });
  await ready;
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port is free");
  return address.port;
}
