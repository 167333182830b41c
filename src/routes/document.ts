import { Fault, type Problem } from "../domain/fault.ts";
import { parseDocument } from "../domain/parse-document.ts";

const JSON_TYPES = ["application/json", "application/merge-patch+json"] as const;
const YAML_TYPES = ["application/yaml", "application/x-yaml", "text/yaml"] as const;
/** What a body may be. The first of each kind is the one to use. */
export const DOCUMENT_TYPES: readonly string[] = [JSON_TYPES[0], YAML_TYPES[0]];

/**
 * The value a JSON or YAML body holds. A body without a Content-Type, as `curl -T` sends it, is read as YAML, which JSON is part
 * of. Throws `unsupported-media-type` or `invalid-body`.
 */
export function readDocument(bytes: Uint8Array, contentType: string | null): unknown {
  const type = mediaType(contentType ?? YAML_TYPES[0]);
  const isJson = JSON_TYPES.some((known) => known === type);
  if (!isJson && !YAML_TYPES.some((known) => known === type)) throw wrongType(DOCUMENT_TYPES, type);
  const parsed = parseDocument(textOf(bytes), isJson ? "application/json" : "application/yaml");
  if (parsed.ok) return parsed.document;
  throw unreadable(parsed.problems);
}

/** The value of a body that machines send, often: JSON only, without the search for repeated keys. Throws like `readDocument`. */
export function readPlainJson(bytes: Uint8Array, contentType: string | null): unknown {
  const type = mediaType(contentType ?? "");
  if (type !== JSON_TYPES[0]) throw wrongType([JSON_TYPES[0]], type);
  try {
    return JSON.parse(textOf(bytes));
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw unreadable([{ pointer: "", message: "is not JSON" }]);
  }
}

const mediaType = (contentType: string): string => contentType.split(";")[0]?.trim().toLowerCase() ?? "";

function textOf(bytes: Uint8Array): string {
  if (bytes.length === 0) throw unreadable([{ pointer: "", message: "is absent; send a document" }]);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw unreadable([{ pointer: "", message: "is not UTF-8; save it in that encoding" }]);
  }
}

function unreadable(problems: readonly Problem[]): Fault {
  const first = problems[0]?.message ?? "cannot be read";
  return new Fault("invalid-body", `The body ${first}.`, { problems });
}

function wrongType(types: readonly string[], given: string): Fault {
  const what = given === "" ? "a body without a Content-Type" : given.slice(0, 100);
  return new Fault("unsupported-media-type", `Send ${types.join(" or ")}, not ${what}.`);
}
