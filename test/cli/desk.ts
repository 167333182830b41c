import { randomUUID } from "node:crypto";
import type { Context, ExitCode, Settings } from "../../src/cli/context.ts";
import { runCli } from "../../src/cli/run.ts";

/** When everything in these tests happens; a test moves it by hand. */
export const START = Date.parse("2026-11-22T10:00:00.000Z");

/** Small, so that what is read as it comes is cut in every place. */
const CHUNK_BYTES = 61;

export interface DeskOptions {
  readonly server?: string;
  readonly token?: string | undefined;
  /** Whether both streams are a terminal, and how wide. */
  readonly terminal?: boolean;
  readonly columns?: number;
  readonly stdin?: string;
  readonly files?: Readonly<Record<string, string>>;
  /** Files that are read as they come; those of text may be, too. */
  readonly bytes?: Readonly<Record<string, Uint8Array>>;
  readonly variables?: Settings["variables"];
  readonly noColor?: boolean;
  /** In place of the network's. */
  readonly fetch?: typeof fetch;
  /** Moved by whoever plays the broker; sleeping does not move it. */
  readonly clock?: { now: number };
  /** The real clock and real pauses, for a broker that is no script. */
  readonly realTime?: boolean;
}

/** A command line in a test: what it printed, and the world it ran in. */
export interface Desk {
  readonly run: (...argv: readonly string[]) => Promise<ExitCode>;
  readonly out: () => string;
  readonly err: () => string;
  readonly files: Map<string, string>;
  readonly interrupt: () => void;
  readonly served: () => number;
}

/** A context of buffers. Real `fetch`, so that a real server can answer; sleeps end at once. */
export function desk(options: DeskOptions = {}): Desk {
  const written = { stdout: "", stderr: "" };
  const clock = options.clock ?? { now: START };
  const files = new Map(Object.entries(options.files ?? {}));
  const interruption = new AbortController();
  let ids = 0;
  let served = 0;
  const sink = (name: "stdout" | "stderr") => ({
    write: (text: string) => {
      written[name] += text;
    },
    isTTY: options.terminal ?? false,
    columns: options.terminal === true ? (options.columns ?? 80) : undefined,
  });
  const ctx: Context = {
    stdout: sink("stdout"),
    stderr: sink("stderr"),
    stdin: standardInput(options),
    settings: {
      server: options.server ?? "http://127.0.0.1:9",
      token: "token" in options ? options.token : "secret-token-of-the-test",
      environment: undefined,
      project: undefined,
      noColor: options.noColor ?? false,
      variables: options.variables ?? {},
    },
    version: "0.0.0",
    directory: "/home/someone/web",
    readFile: async (path) => files.get(path) ?? (await Promise.reject(errno("ENOENT"))),
    listFolder: async (path) => {
      const folder = path.endsWith("/") ? path : `${path}/`;
      const below = [...files.keys()].filter((file) => file.startsWith(folder));
      if (below.length === 0) throw errno(files.has(path) ? "ENOTDIR" : "ENOENT");
      return below.map((file) => file.slice(folder.length)).filter((name) => !name.includes("/"));
    },
    openFile: async function* (path) {
      const bytes =
        options.bytes?.[path] ?? Buffer.from(files.get(path) ?? (await Promise.reject(errno("ENOENT"))));
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
    },
    createFile: async (path, text) => {
      if (files.has(path)) throw errno("EEXIST");
      files.set(path, text);
    },
    replaceFile: async (path, text) => void files.set(path, text),
    fetch: options.fetch ?? fetch,
    now: () => (options.realTime === true ? Date.now() : clock.now),
    random: () => 0.5,
    newId: () => (options.realTime === true ? randomUUID() : `key-${++ids}`),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, options.realTime === true ? ms : 0)),
    signal: interruption.signal,
    serve: async () => {
      served += 1;
      return 0;
    },
  };
  return {
    run: (...argv) => runCli(argv, ctx),
    out: () => written.stdout,
    err: () => written.stderr,
    files,
    interrupt: () => interruption.abort(),
    served: () => served,
  };
}

function standardInput({ stdin = "", terminal = false }: DeskOptions): Context["stdin"] {
  return {
    isTTY: terminal,
    async *[Symbol.asyncIterator]() {
      yield stdin;
    },
  };
}

function errno(code: string): Error {
  return Object.assign(new Error(code), { code });
}
