import { Fault } from "../domain/fault.ts";

/** An entity tag of a counted thing: its number, quoted. */
export function etagOf(count: number): string {
  return `"${count}"`;
}

/** What a write demands of the thing it changes: the exact count, or 0 for "must not exist yet". Throws `invalid-header`. */
export function expectedCount(headers: Headers): number | undefined {
  const match = headers.get("if-match");
  const noneMatch = headers.get("if-none-match");
  if (match === null && noneMatch === null) return undefined;
  if (match === null && noneMatch === "*") return 0;
  const quoted = noneMatch === null ? /^"(\d{1,15})"$/.exec(match ?? "") : null;
  if (quoted?.[1] !== undefined) return Number(quoted[1]);
  throw new Fault(
    "invalid-header",
    'If-Match takes one entity tag, such as "7" with its quotes; If-None-Match takes * on a write. Send one of them.',
  );
}

/** Refuses a precondition that the call cannot keep: doing it regardless would be worse than not doing it. */
export function refusePreconditions(headers: Headers): void {
  if (headers.get("if-match") === null && headers.get("if-none-match") === null) return;
  throw new Fault("invalid-header", "This call knows no If-Match or If-None-Match; send it without.");
}
