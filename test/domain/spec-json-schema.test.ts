import { expect, test } from "vitest";
import { parseSpec, specJsonSchema } from "../../src/domain/parse-spec.ts";
import { formatCpu, formatMemory } from "../../src/domain/quantity.ts";

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: unknown;
}

const schema: unknown = specJsonSchema();

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null;
}

function fieldsOf(value: unknown, path: string): readonly { path: string; schema: Schema }[] {
  if (!isSchema(value)) return [];
  const below = [value.items, ...(value.anyOf ?? [])].flatMap((one) => fieldsOf(one, path));
  const own = Object.entries(value.properties ?? {}).flatMap(([name, field]) =>
    [{ path: `${path}/${name}`, schema: field }].concat(fieldsOf(field, `${path}/${name}`)),
  );
  return own.concat(below);
}

test("every field of the published schema has a description", () => {
  const fields = fieldsOf(schema, "");
  expect(fields.length).toBeGreaterThan(90);
  expect(
    fields.filter((field) => (field.schema.description ?? "").length < 5).map(({ path }) => path),
  ).toEqual([]);
});

test("the schema says of CPU and memory what a container gets that asks for none, a sidecar too", () => {
  const sidecars = [{ name: "proxy", image: "localhost/proxy:1" }];
  const parsed = parseSpec({ name: "web", image: "localhost/web:1", port: 8080, sidecars });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const given = { "": parsed.spec.resources, "/sidecars": parsed.spec.sidecars[0]?.resources };
  for (const [owner, resources] of Object.entries(given)) {
    const said = (field: string) =>
      fieldsOf(schema, "").find(({ path }) => path === `${owner}/resources/${field}`)?.schema.description;
    expect(said("cpu")).toContain(` ${formatCpu(resources?.milliCpu ?? 0)} if absent`);
    expect(said("memory")).toContain(` ${formatMemory(resources?.memoryMiB ?? 0)} if absent`);
  }
});

test("the published schema asks for name and image alone, and allows no other fields", () => {
  expect(schema).toMatchObject({ type: "object", required: ["name", "image"], additionalProperties: false });
});

test("the published schema is plain JSON", () => {
  expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
});
