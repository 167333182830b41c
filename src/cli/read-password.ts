import type { Context } from "./context.ts";
import { readInput } from "./read-input.ts";
import { Refusal } from "./refusal.ts";

/**
 * A password that was never an argument: from the named variable, from `fallback` where that is set, else from standard input, without the
 * line's end. Throws a `Refusal` (exit 2) where there is none.
 */
export async function readPassword(
  ctx: Context,
  named: string | undefined,
  fallback: string,
): Promise<string> {
  const variable = named ?? fallback;
  const set = ctx.settings.variables[variable];
  if (named !== undefined && (set === undefined || set === ""))
    throw new Refusal(2, `${named} is not set, so there is no password`);
  if (set !== undefined && set !== "") return set;
  if (ctx.stdin.isTTY)
    throw new Refusal(2, "a password typed here would stay on the screen", {
      next: `Pipe it in, or set ${fallback}`,
    });
  const password = (await readInput(ctx, "-")).replace(/\r?\n$/, "");
  if (password === "") throw new Refusal(2, "standard input is empty, so there is no password");
  return password;
}
