import { expect, test } from "vitest";
import { renderSpecs } from "../render-specs.ts";
import { FIELD_TABLE } from "./field-table.ts";
import { rendered, specOf } from "./rendered.ts";

/** What the shared specs say together with something that Azure refuses. */
const OWN = {
  "process-of-aci": {
    name: "api",
    image: "ghcr.io/acme/api:7",
    port: 8080,
    labels: { team: "shop", cost_center: "cc-12" },
    "x-aci": {
      zones: ["2"],
      userAssignedIdentities: [
        "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/ids/providers/Microsoft.ManagedIdentity/userAssignedIdentities/api",
      ],
    },
  },
};
const specs = [
  ...renderSpecs(),
  ...Object.entries(OWN).map(([name, document]) => [name, specOf(document)] as const),
];

test.each(specs)("%s renders as its golden file says", async (name, spec) => {
  const text = `${JSON.stringify(rendered(spec), undefined, 2)}\n`;
  await expect(text).toMatchFileSnapshot(`golden/${name}.json`);
});

test("every leaf that Azure is sent comes from a field of the spec, or is there for a reason that is written down", () => {
  const unmapped = specs.flatMap(([name, spec]) => {
    const result = rendered(spec);
    const leaves = "document" in result ? leavesOf(result.document, "") : [];
    return leaves.filter((leaf) => rowsFor(leaf).length !== 1).map((leaf) => `${name} ${leaf}`);
  });
  expect(unmapped).toEqual([]);
});

test("every row of the field table is used by some golden file", () => {
  const leaves = specs.flatMap(([, spec]) => {
    const result = rendered(spec);
    return "document" in result ? leavesOf(result.document, "") : [];
  });
  expect(FIELD_TABLE.filter(({ path }) => !leaves.some((leaf) => path.test(leaf)))).toEqual([]);
});

const rowsFor = (leaf: string) => FIELD_TABLE.filter(({ path }) => path.test(leaf));

function leavesOf(value: unknown, at: string): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => leavesOf(one, `${at}[]`));
  if (typeof value !== "object" || value === null) return [at];
  const entries = Object.entries(value);
  return entries.length === 0 ? [at] : entries.flatMap(([key, inner]) => leavesOf(inner, `${at}/${key}`));
}
