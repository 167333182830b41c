import type { Context, Sink } from "./context.ts";

/** Colours for one sink. Where colour is unwanted every one returns the text as it is; none of them carries meaning alone. */
export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly busy: (text: string) => string;
  readonly faint: (text: string) => string;
}

/** Colours on a terminal that wants them, plain text in a pipe. */
export function paintFor(ctx: Pick<Context, "settings">, sink: Sink): Paint {
  return wantsColor(ctx, sink) ? COLORED : PLAIN;
}

/** Whether this sink is a terminal and nobody asked for plain text. */
function wantsColor(ctx: Pick<Context, "settings">, sink: Sink): boolean {
  return sink.isTTY && !ctx.settings.noColor;
}

const same = (text: string): string => text;
const sgr = (code: number) => (text: string) => `\u001B[${code}m${text}\u001B[0m`;
const PLAIN: Paint = { good: same, bad: same, busy: same, faint: same };
const COLORED: Paint = { good: sgr(32), bad: sgr(31), busy: sgr(36), faint: sgr(2) };
