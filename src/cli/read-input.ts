import type { Context } from "./context.ts";
import { Refusal } from "./refusal.ts";

/** The API takes bodies of 256 kB; a file beyond this is no spec. */
const MAX_BYTES = 1024 * 1024;

/** A file's text, or standard input's for `-`. Throws a `Refusal` (exit 2) that says why it cannot be read. */
export async function readInput(ctx: Context, file: string): Promise<string> {
  const text = file === "-" ? await readAll(ctx) : await readNamed(ctx, file);
  if (Buffer.byteLength(text) > MAX_BYTES)
    throw new Refusal(2, `${file} is larger than ${MAX_BYTES} bytes, which no spec is`);
  return text;
}

/** What a file is called in messages. */
export function inputName(file: string): string {
  return file === "-" ? "standard input" : file;
}

/**
 * The names of the files in a folder, sorted, or undefined for what is no folder. Throws a `Refusal` (exit 2) for a folder that
 * cannot be read.
 */
export async function readFolder(ctx: Context, path: string): Promise<readonly string[] | undefined> {
  if (path === "-") return undefined;
  try {
    return (await ctx.listFolder(path)).toSorted();
  } catch (error) {
    const code = codeOf(error);
    // Reading it as a file says better what is wrong.
    if (code === "ENOTDIR" || code === "ENOENT") return undefined;
    throw unreadable(path, error);
  }
}

async function readNamed(ctx: Context, file: string): Promise<string> {
  try {
    return await ctx.readFile(file);
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(path: string, error: unknown): Refusal {
  const code = codeOf(error);
  const why = WHY[code] ?? (error instanceof Error ? error.message : String(error));
  return new Refusal(2, `${path} cannot be read: ${why}`, {
    cause: error,
    next: code === "ENOENT" ? "Write a first one:  berth init" : undefined,
  });
}

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

const WHY: Readonly<Record<string, string | undefined>> = {
  ENOENT: "there is no such file",
  EACCES: "you may not read it",
  EISDIR: "it is a directory",
};

async function readAll(ctx: Context): Promise<string> {
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let bytes = 0;
  for await (const chunk of ctx.stdin) {
    const text = typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true });
    bytes += text.length;
    parts.push(text);
    if (bytes > MAX_BYTES) break;
  }
  return parts.join("") + decoder.decode();
}
