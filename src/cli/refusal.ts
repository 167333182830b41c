import type { ExitCode } from "./context.ts";
import { printable } from "../render/printable.ts";

/** A "no" for a person: what happened and why, then what to do next. The exit code tells scripts which kind it is. */
export class Refusal extends Error {
  readonly exit: ExitCode;
  /** Lines between the sentence and the next command. */
  readonly details: readonly string[];
  /** The next command, or what to change. */
  readonly next: string | undefined;
  constructor(
    exit: ExitCode,
    message: string,
    options: ErrorOptions & { readonly details?: readonly string[]; readonly next?: string | undefined } = {},
  ) {
    super(message, options);
    this.name = "Refusal";
    this.exit = exit;
    this.details = options.details ?? [];
    this.next = options.next;
  }
}

/** Wrong words on the command line. */
export function usage(message: string, next?: string): Refusal {
  return new Refusal(2, message, { next });
}

/** The lines a person reads. */
export function refusalText(refusal: Refusal): string {
  const next = refusal.next === undefined ? [] : ["", refusal.next];
  const lines = [refusal.message, ...refusal.details, ...next].flatMap((text) => text.split("\n"));
  return lines.map((line) => `${printable(line)}\n`).join("");
}
