import type { Context } from "./context.ts";

/** The API's own answer on stdout, indented. Nothing is printed for an answer without a body. */
export function printJson(ctx: Pick<Context, "stdout">, body: unknown): void {
  if (body !== undefined) ctx.stdout.write(`${JSON.stringify(body, undefined, 2)}\n`);
}
