import * as fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "../../src/domain/canonical-json.ts";
import { parseSpec } from "../../src/domain/parse-spec.ts";
import { specDocument } from "../../src/domain/spec-document.ts";
import { arbitrarySpec, arbitrarySpecDocument } from "./arbitraries.ts";

function parsed(document: unknown) {
  const result = parseSpec(document);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.spec;
}

test("a spec written out and parsed again is the same spec", () => {
  fc.assert(
    fc.property(arbitrarySpec, (spec) => {
      expect(canonicalJson(parsed(specDocument(spec)))).toBe(canonicalJson(spec));
    }),
  );
});

test("parsing what parsing wrote changes nothing more", () => {
  fc.assert(
    fc.property(arbitrarySpecDocument, (document) => {
      const once = specDocument(parsed(document));
      expect(specDocument(parsed(once))).toEqual(once);
    }),
  );
});

test("a short spec stays short", () => {
  const short = { name: "web", image: "nginx", port: 80 };
  expect(Object.keys(specDocument(parsed(short)))).toEqual(["name", "image", "route"]);
});

test("a field that was left out follows a later change of the kind", () => {
  const worker = specDocument(parsed({ name: "web", kind: "service", image: "nginx", port: 80 }));
  const { route: _route, ...routeless } = worker;
  expect(parsed({ ...routeless, kind: "worker" }).unreachable).toBe("fence");
});

test("a spec that no document can say is written whole, for parsing to name its fault", () => {
  const spec = { ...parsed({ name: "web", image: "nginx", port: 80 }), image: "" };
  expect(parseSpec(specDocument(spec))).toMatchObject({ ok: false, problems: [{ pointer: "/image" }] });
});
