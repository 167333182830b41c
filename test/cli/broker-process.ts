import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { demandUnbroken } from "../contracts/broken-line.ts";

const entry = fileURLToPath(new URL("../../src/main/node.ts", import.meta.url));
/** Loaded before it: what its sandboxes are asked and answer is judged. */
const judge = new URL("../contracts/judged-process.ts", import.meta.url).href;
const TOKEN = "the-administrator-of-this-test";
const STARTED = /API\s+(http:\/\/127\.0\.0\.1:\d+)/;

export interface BrokerProcess {
  /** Where its API is, and a token that may do everything. */
  readonly access: { readonly server: string; readonly token: string };
  /** Its data folder. */
  readonly folder: string;
  /** All it has printed so far. */
  readonly said: () => string;
  /** Ends it and leaves its folder. */
  readonly end: () => Promise<void>;
  /** Ends it and removes its folder. */
  readonly stop: () => Promise<void>;
}

/** The broker as `npm start` runs it, on ports and in a folder of its own. Ending it fails when a cloud's contract was broken. */
export async function startBroker(): Promise<BrokerProcess> {
  const folder = await mkdtemp(join(tmpdir(), "berth-cli-broker-"));
  const env = {
    PATH: process.env["PATH"],
    PORT: "0",
    GATEWAY_PORT: "0",
    BERTH_DATA_DIR: folder,
    BERTH_ADMIN_TOKEN: TOKEN,
  };
  const child = spawn(process.execPath, ["--import", judge, entry], {
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => void (said += chunk.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  const end = async () => {
    if (child.exitCode === null) child.kill("SIGTERM");
    await ended;
    demandUnbroken(said);
  };
  const stop = async () => {
    try {
      await end();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
  const server = await new Promise<string>((resolve, reject) => {
    child.stdout.on("data", () => {
      const url = STARTED.exec(said)?.[1];
      if (url !== undefined) resolve(url);
    });
    void ended.then((code) => reject(new Error(`the broker ended with ${code}: ${said}`)));
  });
  return { access: { server, token: TOKEN }, folder, said: () => said, end, stop };
}
