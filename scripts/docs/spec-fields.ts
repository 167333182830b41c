import { NOT_YET } from "../../src/catalog/features/not-yet.ts";
import { needsOf } from "../../src/domain/needs-of.ts";
import { parseSpec, specJsonSchema } from "../../src/domain/parse-spec.ts";
import { fieldsOf, NEEDED, type Schema } from "./json-schema.ts";
import { code, table } from "./table.ts";

/** Every field of a spec: its type, its default and what it means. */
export function specFields(): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the two name the same dialect, one of them every word of it
  const rows = fieldsOf(specJsonSchema() as Schema);
  return table(
    ["field", "type", "default", "meaning"],
    rows.map(({ path, type, otherwise, means }) => [
      code(path),
      type,
      otherwise === NEEDED ? NEEDED : code(otherwise),
      means,
    ]),
  );
}

/** What no place serves yet: an example of asking for it, the field that asks, and the sentence that refuses it. */
export function unservedFields(): string {
  const rows = Object.entries(NOT_YET).map(([feature, { message }]) => [
    feature,
    pointerOf(feature),
    message,
  ]);
  return table(["a spec that asks for", "in", "is refused everywhere with"], rows);
}

/** A spec that asks for each of them; the parser and the needs say which field that is. */
const ASKS: Readonly<Record<keyof typeof NOT_YET, Readonly<Record<string, unknown>>>> = {
  "private-access": { port: undefined, route: { port: 8080, access: "private" } },
  "before-hooks": { before: [{ name: "migrate" }] },
  canary: { rollout: { strategy: "canary" } },
  "start-order": { after: ["api"] },
};

function pointerOf(feature: string): string {
  const [, asks] = Object.entries(ASKS).find(([name]) => name === feature) ?? [];
  const parsed = parseSpec({ name: "web", image: "web", port: 8080, ...asks });
  if (!parsed.ok) throw new Error(`the example for ${feature} does not parse: ${JSON.stringify(parsed)}`);
  const demand = needsOf(parsed.spec).demands.find((one) => one.feature === feature);
  if (demand === undefined) throw new Error(`the example for ${feature} does not ask for it`);
  return code(demand.pointer);
}
