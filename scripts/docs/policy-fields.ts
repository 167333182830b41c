import { z } from "zod";
import { POLICY } from "../../src/policy/schema/document.ts";
import { DEFAULT_POLICY } from "../../src/policy/policy.ts";
import { fieldsOf, type Schema } from "./json-schema.ts";
import { code, table } from "./table.ts";

/** What each field of a policy means. A field without a sentence stops the page from being made. */
const MEANS: Readonly<Record<string, string>> = {
  providers: "Only these providers.",
  targets: "Only these connected targets, by name.",
  regions: "Only these regions: `eu-west-1`, or with its provider `ecs/eu-west-1`; for agents the pool.",
  jurisdictions:
    "Only regions of these countries or legal zones: ISO countries such as `DE`, or `EU`, `EEA`.",
  registries: "Images, sidecars' too, only from these registry hosts.",
  arch: "Only these processor architectures.",
  spot: "Whether capacity that can be taken away at any time may be used.",
  maxUsdPerMonth: "Caps on a place's price.",
  "maxUsdPerMonth.expected": "Most USD a month for the expected price.",
  "maxUsdPerMonth.ceiling": "Most USD a month for the price at `scale.max`.",
  minimumFidelity: "The worst way in which a field may be honoured; a place with a worse one is refused.",
  allowPlainHttp: "Whether requests may cross the internet in clear text between gateway and container.",
  weights: "How much each score counts; they are divided by their sum.",
  "weights.cost": "Of the price.",
  "weights.fidelity": "Of how exactly the spec is honoured.",
  "weights.stability": "Of capacity that stays.",
  movement: "When a deploy leaves the place where it runs.",
  "movement.minimumSavingPercent": "Least saving, in percent of the present price.",
};

/** Every field of a policy: its type, what holds without it, and what it means. */
export function policyFields(): string {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the two name the same dialect, one of them every word of it
  const rows = fieldsOf(z.toJSONSchema(POLICY, { io: "input", unrepresentable: "any" }) as Schema);
  const missing = rows.map(({ path }) => path).filter((path) => MEANS[path] === undefined);
  const stale = Object.keys(MEANS).filter((path) => !rows.some((row) => row.path === path));
  if (missing.length + stale.length > 0)
    throw new Error(
      `fields without a meaning: ${missing.join(", ")}; meanings without a field: ${stale.join(", ")}`,
    );
  return table(
    ["field", "type", "default", "meaning"],
    rows.map(({ path, type }) => [code(path), type, code(defaultOf(path)), MEANS[path] ?? ""]),
  );
}

function defaultOf(path: string): string {
  const value = path
    .split(".")
    .reduce<unknown>((inner, key) => Reflect.get(Object(inner), key), DEFAULT_POLICY);
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? `${value}`
    : "";
}
