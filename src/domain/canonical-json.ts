import { createHash } from "node:crypto";

/** Deeper than anything a parsed spec or plan holds; a bug, not a user, gets past it. */
const MAX_CANONICAL_DEPTH = 128;

/** JSON with keys in code-unit order and `undefined` left out, so that equal values give equal text. Throws on what JSON cannot say. */
export function canonicalJson(value: unknown): string {
  return write(value, 0);
}

/** Hex SHA-256 of the text's UTF-8 bytes. */
export function sha256Hex(text: string): string {
  return createHash("sha256").update(text, "utf8").digest("hex");
}

function write(value: unknown, depth: number): string {
  if (depth > MAX_CANONICAL_DEPTH) throw new TypeError("a value nested this deep has no canonical form");
  if (value === null || typeof value === "string" || typeof value === "boolean") return JSON.stringify(value);
  if (typeof value === "number" && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((item) => write(item ?? null, depth + 1)).join(",")}]`;
  if (typeof value === "object") return writeObject(value, depth);
  throw new TypeError(`a ${typeof value} that is not JSON has no canonical form`);
}

function writeObject(value: object, depth: number): string {
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${write(member, depth + 1)}`);
  return `{${members.join(",")}}`;
}
