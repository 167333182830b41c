import type { Problem } from "../domain/fault.ts";
import { isRecord } from "./is-record.ts";
import { parseJson } from "./parse-json.ts";

/** An answer of 400 or more: RFC 9457 problem details with Berth's stable `code`. */
export class ApiProblem extends Error {
  readonly status: number;
  /** One of `domain/fault.ts`, or `http-<status>` from something in between that is no broker. */
  readonly code: string;
  readonly problems: readonly Problem[];
  /** The whole problem document, as it came. */
  readonly document: Readonly<Record<string, unknown>>;
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;
  constructor(
    message: string,
    parts: Pick<ApiProblem, "status" | "code" | "problems" | "document" | "retryAfterMs" | "requestId">,
  ) {
    super(message);
    this.name = "ApiProblem";
    this.status = parts.status;
    this.code = parts.code;
    this.problems = parts.problems;
    this.document = parts.document;
    this.retryAfterMs = parts.retryAfterMs;
    this.requestId = parts.requestId;
  }
}

/** A problem from a response and its text; anything that is not problem JSON becomes one that says so. */
export function readProblem(server: string, response: Response, text: string): ApiProblem {
  const parsed = parseJson(text);
  const document = isRecord(parsed) ? parsed : undefined;
  const seconds = Number(response.headers.get("retry-after") ?? Number.NaN);
  const code = document?.["code"];
  const shared = {
    status: response.status,
    document: document ?? {},
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : undefined,
    requestId: response.headers.get("x-request-id") ?? undefined,
  };
  if (document === undefined || typeof code !== "string")
    return new ApiProblem(
      `${server} answered ${response.status} ${response.statusText}, which is not an answer of a Berth broker`.replace(
        "  ",
        " ",
      ),
      { ...shared, code: `http-${response.status}`, problems: [] },
    );
  const detail = document["detail"] ?? document["title"];
  return new ApiProblem(typeof detail === "string" ? detail : code, {
    ...shared,
    code,
    problems: problemsOf(document),
  });
}

function problemsOf(document: Readonly<Record<string, unknown>>): readonly Problem[] {
  const list = document["problems"] ?? document["errors"];
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry: unknown) => {
    if (!isRecord(entry)) return [];
    const { pointer, message, detail } = entry;
    const sentence = message ?? detail;
    return typeof pointer === "string" && typeof sentence === "string"
      ? [{ pointer, message: sentence }]
      : [];
  });
}
