import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Runs the broker's own entry point as a child with this process's streams, until it ends. Resolves with its exit code. */
export function serveInChild(): Promise<number> {
  const entry = fileURLToPath(new URL("node.ts", import.meta.url));
  const child = spawn(process.execPath, [entry], { stdio: "inherit" });
  // A terminal tells both; a service manager tells only this one, which passes it on.
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  process.on("SIGTERM", pass);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      process.off("SIGTERM", pass);
      resolve(code ?? 1);
    });
  });
}
