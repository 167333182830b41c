import type { Context } from "./context.ts";
import { Refusal } from "./refusal.ts";

/** Longest answer that is read before it counts as no. */
const MAX_ANSWER_CHARACTERS = 1_000;

/** Insist on a yes: typed on a terminal, or given as `--yes`. Throws a `Refusal` for a no, and in a pipe, where nothing is asked. */
export async function confirm(ctx: Context, yes: boolean, question: string): Promise<void> {
  if (yes) return;
  if (!ctx.stdin.isTTY)
    throw new Refusal(2, `${question} Nobody can answer in a pipe`, { next: "Say it beforehand:  --yes" });
  ctx.stderr.write(`${question} [y/N] `);
  const answer = (await firstLine(ctx.stdin)).trim().toLowerCase();
  if (answer === "y" || answer === "yes") return;
  throw new Refusal(1, "nothing was changed");
}

async function firstLine(input: AsyncIterable<Uint8Array | string>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of input) {
    text += typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    if (text.includes("\n") || text.length > MAX_ANSWER_CHARACTERS) break;
  }
  return text.split("\n")[0] ?? "";
}
