/** Where text goes: a terminal, a pipe, or a buffer in a test. */
export interface Sink {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Width of the terminal; undefined where there is none. */
  readonly columns: number | undefined;
}

/** What the environment says; flags win over it. */
export interface Settings {
  /** `BERTH_SERVER`. */
  readonly server: string;
  /** `BERTH_TOKEN`. */
  readonly token: string | undefined;
  /** `BERTH_ENVIRONMENT`. */
  readonly environment: string | undefined;
  /** `BERTH_PROJECT`: only an administrator of the instance needs it, other tokens name their project. */
  readonly project: string | undefined;
  /** `NO_COLOR`, or a terminal that says it is dumb. */
  readonly noColor: boolean;
  /** All variables, for what a CI system says about the commit it runs on. */
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Everything a command may touch. The entry point passes the real things in, tests pass buffers. */
export interface Context {
  readonly stdout: Sink;
  readonly stderr: Sink;
  readonly stdin: AsyncIterable<Uint8Array | string> & { readonly isTTY: boolean };
  readonly settings: Settings;
  readonly version: string;
  readonly directory: string;
  /** The text of a file; rejects with an errno code when it cannot be read. */
  readonly readFile: (path: string) => Promise<string>;
  /** The names of what stands in a folder and is no folder; rejects with `ENOTDIR` for a file. */
  readonly listFolder: (path: string) => Promise<readonly string[]>;
  /** The bytes of a file as they are read; its first rejects with an errno code when it cannot be. */
  readonly openFile: (path: string) => AsyncIterable<Uint8Array>;
  /** Writes a file that must not exist yet; rejects with `EEXIST` when it does. */
  readonly createFile: (path: string, text: string) => Promise<void>;
  /** Writes a file in place of what may be there, and makes its folders. */
  readonly replaceFile: (path: string, text: string) => Promise<void>;
  readonly fetch: typeof fetch;
  readonly now: () => number;
  /** From 0 to below 1, for the jitter of retries. */
  readonly random: () => number;
  readonly newId: () => string;
  /** Resolves after `ms`, or at once when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Aborted when the person presses Ctrl-C. */
  readonly signal: AbortSignal;
  /** Runs a broker in this process until it is told to stop; resolves with its exit code. */
  readonly serve: () => Promise<number>;
}

/** Width assumed where there is no terminal to ask. */
export const DEFAULT_COLUMNS = 80;

/** 0 done · 1 failed, rolled back or refused by the broker · 2 wrong usage or an invalid spec · 3 superseded or held. */
export type ExitCode = 0 | 1 | 2 | 3;
