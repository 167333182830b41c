import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { allEndpoints, apiDocument } from "../../src/routes/all.ts";
import { edgeEndpoints } from "../../src/routes/edge.ts";

describe("the OpenAPI document", () => {
  test("web/openapi.json is what the endpoints say; `npm run docs` writes it anew", async () => {
    const file = await readFile(new URL("../../web/openapi.json", import.meta.url), "utf8");
    expect(JSON.parse(file)).toEqual(JSON.parse(JSON.stringify(apiDocument())));
  });

  test("has every endpoint, each with a name of its own", () => {
    const operations = Object.values(apiDocument().paths).flatMap((methods) => Object.values(methods));
    expect(operations).toHaveLength(allEndpoints.length);
    const ids = operations.map((operation) => operation["operationId"]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("refers to nothing that it does not hold", () => {
    const document: unknown = JSON.parse(JSON.stringify(apiDocument()));
    const text = JSON.stringify(document);
    for (const [, pointer] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
      const found = (pointer ?? "")
        .split("/")
        .reduce<unknown>((inner, key) => Reflect.get(Object(inner), key), document);
      expect(found, pointer).toBeDefined();
    }
    expect(text).not.toContain("$defs");
  });

  test("an answer that has a schema says that it comes as JSON", () => {
    for (const { method, path, answers } of allEndpoints)
      for (const { schema, mediaTypes } of Object.values(answers))
        if (schema !== undefined && mediaTypes !== undefined)
          expect(
            mediaTypes.some((type) => type.endsWith("json")),
            `${method} ${path}`,
          ).toBe(true);
  });

  test("a stream of events has no schema, which readers would hold against each event", () => {
    const streams = JSON.stringify(apiDocument()).match(/"text\/event-stream":\{[^}]*\}/g);
    expect(new Set(streams)).toEqual(new Set(['"text/event-stream":{}']));
  });

  test("names the scope of every call that needs a token", () => {
    for (const { guard, method, path } of allEndpoints) {
      const operation = apiDocument().paths[path]?.[method.toLowerCase()];
      const expected =
        guard === "public"
          ? []
          : guard === "agent" || guard === "join"
            ? [{ [guard]: [] }]
            : [{ token: [guard] }];
      expect(operation?.["security"], `${method} ${path}`).toEqual(expected);
    }
  });

  test("what the edge answers by itself is all marked so, and the rest is not", () => {
    const marked = allEndpoints.filter(({ runs }) => runs === "edge");
    expect(new Set(marked.map(({ method, path }) => `${method} ${path}`))).toEqual(
      new Set(edgeEndpoints.map(({ method, path }) => `${method} ${path}`)),
    );
  });
});
