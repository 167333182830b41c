import type { LogLine } from "./api.ts";
import type { Context } from "./context.ts";
import { isRecord } from "./is-record.ts";
import { parseJson } from "./parse-json.ts";
import { paintFor } from "./paint.ts";
import { usage } from "./refusal.ts";
import { printable } from "../render/printable.ts";

const DEFAULT_TAIL = "100";
/** The API's own bound (`broker/logs.ts`). */
const MAX_TAIL = 10_000;
/** A line that is longer is printed in pieces. */
const MAX_LINE_CHARACTERS = 1_000_000;

/** The value of `--tail` as the API takes it. Throws a usage `Refusal` for what is no number of lines. */
export function tailOf(text: string = DEFAULT_TAIL): string {
  if (/^\d{1,5}$/.test(text) && Number(text) <= MAX_TAIL) return text;
  throw usage(`--tail takes a number of lines from 0 to ${MAX_TAIL}, not ${JSON.stringify(text)}`);
}

/** Print log lines as they come, until the stream ends or the person leaves. On a terminal a line cannot steer it. */
export async function printLogs(
  ctx: Context,
  stream: ReadableStream<Uint8Array>,
  json: boolean,
): Promise<void> {
  const paint = paintFor(ctx, ctx.stdout);
  const print = (text: string) => {
    if (text === "") return;
    if (json) return ctx.stdout.write(`${text}\n`);
    const entry = readLine(text);
    const line = ctx.stdout.isTTY ? printable(entry.line) : entry.line;
    ctx.stdout.write(`${entry.stream === "stderr" ? paint.busy(line) : line}\n`);
  };
  try {
    for await (const line of linesOf(stream)) print(line);
  } catch (error) {
    // Ctrl-C is how a person stops following.
    if (!ctx.signal.aborted) throw error;
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
    if (rest.length <= MAX_LINE_CHARACTERS) continue;
    yield rest;
    rest = "";
  }
  yield rest + decoder.decode();
}

// A piece of a line that was cut is no JSON; it is printed as it is.
function readLine(text: string): Pick<LogLine, "line" | "stream"> {
  const value = parseJson(text);
  if (!isRecord(value) || typeof value["line"] !== "string") return { line: text, stream: "stdout" };
  return { line: value["line"], stream: value["stream"] === "stderr" ? "stderr" : "stdout" };
}
