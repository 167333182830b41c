import type { Context, ExitCode } from "./context.ts";

/** One thing a person can say to `berth`. Help, reference page and parser are all made from it. */
export interface Command {
  /** One word, or a noun and a verb: `deploy`, `target add`. */
  readonly name: string;
  readonly summary: string;
  readonly args: readonly Arg[];
  readonly flags: readonly Flag[];
  readonly examples: readonly Example[];
  /** What a reader of the help should know besides; each entry is a paragraph. */
  readonly notes?: readonly string[];
  /** A word too many may be a secret: it is not repeated. */
  readonly hushed?: boolean;
  readonly run: (given: Given, ctx: Context) => Promise<ExitCode>;
}

interface Arg {
  readonly name: string;
  readonly required: boolean;
  readonly summary: string;
  /** The last argument may be given several times. */
  readonly many?: boolean;
}

export interface Flag {
  readonly name: string;
  readonly short?: string;
  /** What stands for its value in help; a flag without one is a switch. */
  readonly value?: string;
  /** The command makes no sense without it. */
  readonly required?: boolean;
  readonly summary: string;
}

interface Example {
  readonly line: string;
  readonly does: string;
}

/** What was said: positional arguments and valued flags by name, and the switches that are on. */
export interface Given {
  readonly args: Readonly<Record<string, string | undefined>>;
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly on: ReadonlySet<string>;
  /** What was said after the first of an argument that may be given several times. */
  readonly more: readonly string[];
}

/** A positional argument that the parser has already insisted on. */
export function required(given: Given, name: string): string {
  const value = given.args[name] ?? given.flags[name];
  if (value === undefined) throw new Error(`${name} is required by its command and was not parsed`);
  return value;
}
