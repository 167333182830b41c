import { describe, expect, test } from "vitest";
import { BROKEN_SPECS } from "../../domain/broken-specs.ts";
import { at, type World } from "../world.ts";

/** Every broken spec is refused with pointers, and leaves nothing behind. */
export function brokenSpecRoutes(world: () => World): void {
  describe("broken specs", () => {
    test("there are at least fifty", () => {
      expect(BROKEN_SPECS.length).toBeGreaterThanOrEqual(50);
    });

    test.each(BROKEN_SPECS.map((spec) => [spec.name, spec] as const))(
      "%s: 4xx with pointers by PUT and by dry run, and nothing is stored",
      async (_, { document, text }) => {
        const before = JSON.stringify(await world().dump());
        for (const [method, path] of [
          ["PUT", "/v1/workloads/web"],
          ["POST", "/v1/plans"],
        ] as const) {
          const reply =
            text === undefined
              ? await world().call(path, {
                  method,
                  body: json({ spec: document }),
                  headers: { "content-type": "application/json" },
                })
              : await world().call(path, {
                  method,
                  body: text,
                  headers: { "content-type": "application/yaml" },
                });
          expect(reply.status).toBeGreaterThanOrEqual(400);
          expect(reply.status).toBeLessThan(500);
          expect(at(reply.body, "errors", 0, "pointer"), JSON.stringify(reply.body)).toBeTypeOf("string");
          if (text === undefined && reply.status === 400)
            expect(at(reply.body, "errors", 0, "pointer")).toMatch(/^\/spec|^$/);
        }
        expect(JSON.stringify(await world().dump())).toBe(before);
      },
    );
  });
}

// Without recursion, for some of these documents are deeper than JSON.stringify goes. What JSON cannot say falls out.
function json(value: unknown): string {
  const parts: string[] = [];
  const stack: ({ readonly value: unknown } | { readonly text: string })[] = [{ value }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if ("text" in next) parts.push(next.text);
    else if (typeof next.value !== "object" || next.value === null)
      parts.push(JSON.stringify(next.value) ?? "null");
    else stack.push(...pieces(next.value).reverse());
  }
  return parts.join("");
}

function pieces(value: object): ({ readonly value: unknown } | { readonly text: string })[] {
  const comma = (index: number) => (index === 0 ? "" : ",");
  if (Array.isArray(value)) {
    const items = value.flatMap((item: unknown, index) => [{ text: comma(index) }, { value: item }]);
    return [{ text: "[" }, ...items, { text: "]" }];
  }
  const members = Object.entries(value)
    .filter(([, member]) => JSON.stringify(typeof member === "object" ? 0 : member) !== undefined)
    .flatMap(([key, member], index) => [
      { text: `${comma(index)}${JSON.stringify(key)}:` },
      { value: member as unknown },
    ]);
  return [{ text: "{" }, ...members, { text: "}" }];
}
