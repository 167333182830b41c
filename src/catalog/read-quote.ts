import type { Problem } from "../domain/fault.ts";
import { problemsOf } from "../domain/spec-schema/problems.ts";
import { Quote } from "./quote-body.ts";
import type { QuoteRequest } from "./quote-request.ts";

/** A quote's body as a request, or everything wrong with its fields. */
export function readQuote(
  document: unknown,
):
  | { readonly ok: true; readonly request: QuoteRequest }
  | { readonly ok: false; readonly problems: readonly Problem[] } {
  const result = Quote.safeParse(document);
  return result.success
    ? { ok: true, request: result.data }
    : { ok: false, problems: problemsOf(result.error.issues, Quote, document, []) };
}
