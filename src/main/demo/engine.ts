import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findEngine } from "../../agent/find-engine.ts";
import { dialEngine } from "../../agent/drivers/dial.ts";
import { installPodman, mayInstall, whatToInstall } from "./install-podman.ts";
import { hasPodman, startPodman } from "./podman.ts";
import type { Say } from "./say.ts";

/** A real engine for the demo, and how to leave it as it was. */
export interface DemoEngine {
  readonly kind: "docker" | "podman";
  readonly socket: string;
  close(): Promise<void>;
}

/** The person's engine, or one the demo starts for itself; a sentence that says what to install when there is none. */
export async function demoEngine(say: Say): Promise<DemoEngine | string> {
  const found = await findEngine({ env: process.env });
  if (found !== undefined)
    return { kind: await kindOf(found.socketPath), socket: found.socketPath, close: async () => {} };
  if (!(await hasPodman())) {
    const may = await mayInstall();
    if (!may.allowed) return `${may.because} ${whatToInstall()}`;
    const problem = await installPodman(say);
    if (problem !== undefined) return problem;
  }
  const dir = await mkdtemp(join(tmpdir(), "berth-demo-podman-"));
  say.detail(
    "no engine is running; starting podman's API service for the length of the demo, in a folder of its own",
  );
  const podman = await startPodman(dir);
  if (typeof podman === "string") {
    await rm(dir, { recursive: true, force: true });
    return podman;
  }
  return { kind: "podman", socket: podman.socket, close: () => podman.stop() };
}

const ANSWER_WITHIN_MS = 5_000;

async function kindOf(socketPath: string): Promise<"docker" | "podman"> {
  const answer = await dialEngine({ socketPath }).json({
    method: "GET",
    path: "/version",
    deadlineMs: ANSWER_WITHIN_MS,
  });
  return JSON.stringify(answer).includes("Podman Engine") ? "podman" : "docker";
}
