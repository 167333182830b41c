import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import manifest from "../../package.json" with { type: "json" };
import type { Context, Sink } from "../cli/context.ts";

const DEFAULT_SERVER = "http://127.0.0.1:8787";

/** The context of a real process: its streams, files, environment and signals. */
export function processContext(): Context {
  return {
    stdout: sinkOf(process.stdout),
    stderr: sinkOf(process.stderr),
    stdin: standardInput(),
    settings: settings(process.env),
    version: manifest.version,
    directory: process.cwd(),
    readFile: (path) => readFile(path, "utf8"),
    listFolder: async (path) =>
      (await readdir(path, { withFileTypes: true }))
        .filter((entry) => !entry.isDirectory())
        .map(({ name }) => name),
    openFile: (path) => createReadStream(path),
    createFile: (path, text) => writeFile(path, text, { flag: "wx" }),
    replaceFile: async (path, text) => {
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, text);
    },
    fetch,
    now: Date.now,
    random: Math.random,
    // Named when it is called: loading it takes longer than most commands.
    newId: () => crypto.randomUUID(),
    sleep,
    signal: interruption(),
    serve: async () => await (await import("./serve-in-child.ts")).serveInChild(),
  };
}

function settings(env: Readonly<Record<string, string | undefined>>): Context["settings"] {
  const filled = (name: string) => (env[name] === "" ? undefined : env[name]);
  return {
    server: filled("BERTH_SERVER") ?? DEFAULT_SERVER,
    token: filled("BERTH_TOKEN"),
    environment: filled("BERTH_ENVIRONMENT"),
    project: filled("BERTH_PROJECT"),
    // https://no-color.org: any value counts, an empty one does not.
    noColor: filled("NO_COLOR") !== undefined || env["TERM"] === "dumb",
    variables: env,
  };
}

function sinkOf(stream: NodeJS.WriteStream): Sink {
  // `berth status | head` ends the reader first; that is no fault of anybody.
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    throw error;
  });
  return {
    write: (text) => {
      stream.write(text);
    },
    get isTTY() {
      return stream.isTTY;
    },
    get columns() {
      return stream.isTTY ? stream.columns : undefined;
    },
  };
}

// `process.stdin` is only touched when somebody reads: opening it costs time, and keeps a process alive.
function standardInput(): Context["stdin"] {
  return {
    get isTTY() {
      return process.stdin.isTTY;
    },
    [Symbol.asyncIterator]: () => process.stdin[Symbol.asyncIterator](),
  };
}

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

// The first Ctrl-C ends what is being waited for, the second ends the process.
function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const)
    process.on(name, () => {
      if (controller.signal.aborted) process.exit(1);
      controller.abort();
    });
  return controller.signal;
}
