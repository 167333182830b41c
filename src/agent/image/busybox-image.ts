import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { promisify } from "node:util";
import { buildImage } from "./build-image.ts";
import type { BuiltImage } from "./build-image.ts";
import { isStatic } from "./elf.ts";

const CANDIDATES = ["/bin/busybox", "/usr/bin/busybox"];
const LIST_MS = 5_000;

/** A small image with a static busybox and its applets, or undefined when this host has none. */
export async function busyboxImage(options: {
  readonly name: string;
  readonly entrypoint: readonly string[];
  readonly args?: readonly string[] | undefined;
}): Promise<BuiltImage | undefined> {
  const busybox = await findBusybox();
  if (busybox === undefined) return undefined;
  const { stdout } = await promisify(execFile)(busybox, ["--list"], { timeout: LIST_MS });
  const applets = stdout.split("\n").filter((applet) => applet !== "" && applet !== "busybox");
  return await buildImage({
    ...options,
    arch: process.arch === "arm64" ? "arm64" : "amd64",
    files: [
      { path: "/bin/busybox", mode: 0o755, from: busybox },
      { path: "/etc/passwd", content: "root:x:0:0:root:/:/bin/sh\napp:x:1000:1000:app:/:/bin/sh\n" },
      { path: "/etc/group", content: "root:x:0:\napp:x:1000:\n" },
    ],
    links: applets.map((applet) => ({ path: `/bin/${applet}`, to: "busybox" })),
  });
}

async function findBusybox(): Promise<string | undefined> {
  for (const path of CANDIDATES) {
    try {
      await access(path);
    } catch {
      continue;
    }
    if (await isStatic(path)) return path;
  }
  return undefined;
}
