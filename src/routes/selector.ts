import { Fault } from "../domain/fault.ts";

/** A selector has at most this many labels. */
const MAX_LABELS = 16;
const PAIR = /^([A-Za-z0-9][A-Za-z0-9._/-]{0,62})=([A-Za-z0-9._-]{0,63})$/;

/** Labels of `k=v,k2=v2`; undefined without a selector. Throws `invalid-query`. */
export function readSelector(text: string | undefined): Readonly<Record<string, string>> | undefined {
  if (text === undefined || text === "") return undefined;
  const pairs = text.split(",").map((part) => PAIR.exec(part.trim()));
  const labels = new Map(pairs.map((pair) => [pair?.[1] ?? "", pair?.[2] ?? ""]));
  if (pairs.includes(null) || labels.size !== pairs.length || labels.size > MAX_LABELS)
    throw new Fault(
      "invalid-query",
      `A selector is up to ${MAX_LABELS} different labels: team=shop,tier=web.`,
      {
        problems: [{ pointer: "?selector", message: "write key=value, divided by commas" }],
      },
    );
  return Object.fromEntries(labels);
}
