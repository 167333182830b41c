import type { Document } from "../api.ts";

/** The document with everything undefined left out, so that it is the JSON it becomes. */
export function asJson(document: object): Document {
  const json: Document = JSON.parse(JSON.stringify(document));
  return json;
}
