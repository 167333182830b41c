import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Blob } from "../../images/registry-server.ts";
import { exists, run } from "./command.ts";
import { dirPrefix, removeDir, removeStale } from "./leftovers.ts";

const BINARY = "/usr/bin/docker-registry";
const APT = ["apt-get", "-o", "DPkg::Lock::Timeout=300", "-qq"] as const;
const APT_MS = 300_000;

/** Installs Debian's docker-registry where it is lacking. Its service is not used: each test starts its own. */
export async function installRegistry(): Promise<void> {
  if (await exists(BINARY)) return;
  await run([...APT, "update"], APT_MS);
  await run([...APT, "install", "-y", "--no-install-recommends", "docker-registry"], APT_MS);
}

/** How a registry lets people in: `auth` of its own configuration. */
export type Auth = Readonly<Record<string, Readonly<Record<string, string>>>> | undefined;

/** A real registry on this machine, over a folder of its own. */
export interface TestRegistry {
  readonly dir: string;
  /** `127.0.0.1:41231`. */
  readonly host: string;
  /** Starts it again over the same images, with another way in and at another port; `enter` says on which host. */
  readonly reopen: (auth: Auth, enter?: readonly string[]) => Promise<void>;
  readonly remove: () => Promise<void>;
}

/** Starts one that lets everybody in. */
export async function startRegistry(): Promise<TestRegistry> {
  await removeStale();
  const dir = await mkdtemp(dirPrefix("registry"));
  let running = await launch(dir, undefined);
  return {
    dir,
    get host() {
      return running.host;
    },
    async reopen(auth, enter) {
      await end(running.child);
      running = await launch(dir, auth, enter);
    },
    async remove() {
      await end(running.child);
      await removeDir(dir);
    },
  };
}

async function launch(
  dir: string,
  auth: Auth,
  enter: readonly string[] = [],
): Promise<{ readonly child: ChildProcess; readonly host: string }> {
  const config = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: join(dir, "images") }, delete: { enabled: true } },
    http: { addr: "127.0.0.1:0" },
    ...(auth === undefined ? {} : { auth }),
  };
  const file = join(dir, "config.yml");
  // YAML is a superset of JSON.
  await writeFile(file, JSON.stringify(config));
  const [program = BINARY, ...rest] = enter;
  const own = enter.length === 0 ? [] : [BINARY];
  const child = spawn(program, [...rest, ...own, "serve", file], { stdio: ["ignore", "ignore", "pipe"] });
  for await (const line of createInterface(child.stderr)) {
    const host = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1];
    if (host === undefined) continue;
    child.stderr.resume();
    return { child, host };
  }
  throw new Error("the registry ended before it listened");
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

/** Puts blobs and manifests into a registry that lets everybody in; the manifests in the order given, each under its digest and `tags`. */
export async function push(
  host: string,
  repository: string,
  {
    blobs,
    manifests,
    tags,
  }: {
    readonly blobs: readonly Blob[];
    readonly manifests: readonly Blob[];
    readonly tags: Readonly<Record<string, Blob>>;
  },
): Promise<void> {
  const base = `http://${host}/v2/${repository}`;
  for (const blob of blobs) {
    const begun = await fetch(`${base}/blobs/uploads/`, { method: "POST" });
    const to = new URL(begun.headers.get("location") ?? "", base);
    to.searchParams.set("digest", blob.digest);
    await taken(
      await fetch(to, {
        method: "PUT",
        body: blob.text,
        headers: { "content-type": "application/octet-stream" },
      }),
    );
  }
  const named = [...manifests.map((blob) => [blob.digest, blob] as const), ...Object.entries(tags)];
  for (const [name, blob] of named)
    await taken(
      await fetch(`${base}/manifests/${name}`, {
        method: "PUT",
        body: blob.text,
        headers: { "content-type": blob.type },
      }),
    );
}

async function taken(response: Response): Promise<void> {
  const said = await response.text();
  if (response.status !== 201) throw new Error(`the registry answers ${response.status}: ${said}`);
}
