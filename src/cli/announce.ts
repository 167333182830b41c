import { printable } from "../render/printable.ts";
import { hanging } from "../render/table.ts";
import type { PlanView } from "./api.ts";
import type { Context } from "./context.ts";
import { headline, type Mood } from "./headline.ts";

/** Say on stderr what a plan does, with its warnings; `because` in place of the plan's own reason. */
export function announce(ctx: Context, plan: PlanView, mood: Mood, because?: string): void {
  const notes = plan.warnings.map(({ message }) => ["  note: ", message] as const);
  announceLines(ctx, [["", headline(plan, mood, because)], ...notes]);
}

/** Sentences on stderr, each behind its lead. */
export function announceLines(
  ctx: Context,
  sentences: readonly (readonly [lead: string, text: string])[],
): void {
  // A terminal's own wrapping cuts words; a pipe gets one line for each, so that it can be searched.
  const width = ctx.stderr.columns ?? Number.POSITIVE_INFINITY;
  const lines = sentences.flatMap(([lead, text]) => hanging(lead, printable(text), width));
  ctx.stderr.write(lines.map((line) => `${line}\n`).join(""));
}
