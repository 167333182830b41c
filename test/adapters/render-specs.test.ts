import { expect, test } from "vitest";
import { specJsonSchema } from "../../src/domain/parse-spec.ts";
import { RENDER_DOCUMENTS, renderSpecs } from "./render-specs.ts";

test("there are thirty specs for golden files, and each is one", () => {
  expect(renderSpecs().size).toBe(30);
});

test("together the specs for golden files use every field a spec has", () => {
  const used = new Set(Object.values(RENDER_DOCUMENTS).flatMap((document) => [...pathsIn(document, "")]));
  const fields = [...fieldsOf(specJsonSchema(), "")];
  expect(fields.length).toBeGreaterThan(80);
  expect(fields.filter((field) => !used.has(field))).toEqual([]);
});

/** Paths of all fields in a document; entries of a list share one path. */
function* pathsIn(value: unknown, at: string): Generator<string> {
  if (Array.isArray(value)) {
    for (const entry of value) yield* pathsIn(entry, `${at}[]`);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, inner] of Object.entries(value)) {
      yield `${at}/${name}`;
      yield* pathsIn(inner, `${at}/${name}`);
    }
  }
}

/** Paths of all fields a schema names, through lists and alternatives. */
function* fieldsOf(schema: unknown, at: string): Generator<string> {
  if (typeof schema !== "object" || schema === null) return;
  if ("properties" in schema) {
    for (const [name, inner] of Object.entries(schema.properties ?? {})) {
      yield `${at}/${name}`;
      yield* fieldsOf(inner, `${at}/${name}`);
    }
  }
  if ("items" in schema) yield* fieldsOf(schema.items, `${at}[]`);
  const alternatives = "anyOf" in schema ? schema.anyOf : [];
  if (Array.isArray(alternatives)) for (const inner of alternatives) yield* fieldsOf(inner, at);
}
