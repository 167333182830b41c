import * as fc from "fast-check";
import { expect, test } from "vitest";
import { base32 } from "../../src/domain/base32.ts";
import { canonicalJson, sha256Hex } from "../../src/domain/canonical-json.ts";
import { newId } from "../../src/domain/id.ts";
import { parseSpec } from "../../src/domain/parse-spec.ts";
import type { ResolvedImage } from "../../src/domain/resolved-image.ts";
import type { Spec } from "../../src/domain/spec.ts";
import { revisionHash, secretReference, templateOf } from "../../src/domain/template.ts";
import { unitId, unitName, type UnitKey } from "../../src/domain/unit-id.ts";
import { arbitrarySpec } from "./arbitraries.ts";

const digest = `sha256:${"0a".repeat(32)}`;
const resolved = (spec: Spec): readonly ResolvedImage[] => [{ reference: spec.image, digest, platforms: [] }];

function keyOf(template: UnitKey["template"]): UnitKey {
  return {
    workloadId: "wl_1",
    template,
    place: { provider: "ecs", target: "aws", region: "eu-west-1" },
    shape: { milliCpu: 500, memoryMiB: 1_024, ephemeralStorageGiB: 20, arch: "amd64" },
    billing: "on-demand",
    ordinal: 0,
    attempt: 0,
  };
}

test("base32 is that of RFC 4648, in lower case and without padding", () => {
  const encoded = ["f", "fo", "foo", "foob", "fooba"].map((text) => base32(new TextEncoder().encode(text)));
  // RFC 4648, section 10; groups short of five bits are dropped, so three of the vectors lose their last character.
  expect(encoded).toEqual(["m", "mzx", "mzxw", "mzxw6y", "mzxw6ytb"]);
});

test("an id is its prefix and 20 characters of the randomness it was given", () => {
  const asked: number[] = [];
  const id = newId("plan", (count) => {
    asked.push(count);
    return new Uint8Array(count).fill(255);
  });
  expect(id).toBe(`plan_${"7".repeat(20)}`);
  expect(asked).toEqual([13]);
});

test("canonical JSON does not depend on the order of keys, nor on members that are undefined", () => {
  expect(canonicalJson({ b: 1, a: [{ d: undefined, c: null }] })).toBe('{"a":[{"c":null}],"b":1}');
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson({ ...turned, gone: undefined })).toBe(canonicalJson(value));
    }),
  );
});

test("canonical JSON is JSON that says the same", () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const read: unknown = JSON.parse(canonicalJson(value));
      expect(canonicalJson(read)).toBe(canonicalJson(value));
      expect(read).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("what JSON cannot say has no canonical form", () => {
  const deep = Array.from({ length: 300 }).reduce<unknown>((inner) => [inner], 1);
  for (const value of [undefined, Number.NaN, 1n, () => 1, Symbol("x"), deep]) {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  }
});

test("the hash is SHA-256 in hex over UTF-8", () => {
  // FIPS 180-4 example for "abc".
  expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});

test("the same key is the same unit, whatever the order of its fields", () => {
  fc.assert(
    fc.property(arbitrarySpec, (spec) => {
      const key = keyOf(templateOf(spec, { images: resolved(spec) }));
      const { workloadId, template, place, shape, billing, ordinal, attempt } = key;
      const turned: UnitKey = { attempt, ordinal, billing, shape, place, template, workloadId };
      expect(unitId(turned)).toBe(unitId(key));
      expect(unitId(key)).toMatch(/^[0-9a-f]{40}$/);
    }),
  );
});

test("a change of any part of the key is another unit", () => {
  const [spec] = fc.sample(arbitrarySpec, 1);
  if (spec === undefined) throw new Error("no sample");
  const key = keyOf(templateOf(spec));
  const others: readonly UnitKey[] = [
    { ...key, workloadId: "wl_2" },
    { ...key, template: templateOf(spec, { images: resolved(spec) }) },
    { ...key, place: { ...key.place, region: "eu-west-2" } },
    { ...key, place: { ...key.place, host: "agent_1" } },
    { ...key, shape: { ...key.shape, memoryMiB: 2_048 } },
    { ...key, billing: "spot" },
    { ...key, ordinal: 1 },
    { ...key, attempt: 1 },
  ];
  expect(new Set([key, ...others].map(unitId)).size).toBe(others.length + 1);
});

test("what a unit is not made of does not make another unit", () => {
  fc.assert(
    fc.property(arbitrarySpec, (spec) => {
      const later = {
        ...spec,
        priority: 99,
        after: ["db"],
        usage: {},
        policy: "other",
        scale: { min: 2, max: 9 },
      };
      expect(unitId(keyOf(templateOf(later)))).toBe(unitId(keyOf(templateOf(spec))));
    }),
  );
});

test("a unit's name is b and 24 base32 characters, and tells units apart", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[0-9a-f]{40}$/), fc.stringMatching(/^[0-9a-f]{40}$/), (one, other) => {
      expect(unitName(one)).toMatch(/^b[a-z2-7]{24}$/);
      expect(unitName(one) === unitName(other)).toBe(one.slice(0, 30) === other.slice(0, 30));
    }),
  );
});

test("a template pins the secrets whose versions are known, in variables, files and sidecars", () => {
  const [base] = fc.sample(arbitrarySpec, 1);
  if (base === undefined) throw new Error("no sample");
  const sidecar = {
    name: "p",
    image: "x",
    env: {},
    resources: { milliCpu: 1, memoryMiB: 6 },
    essential: true,
  };
  const template = templateOf(
    {
      ...base,
      secrets: { A: "db-url", B: "constructor" },
      files: [
        { path: "/a", secret: "db-url" },
        { path: "/b", content: "db-url" },
      ],
      sidecars: [{ ...sidecar, secrets: { C: "db-url" } }],
    },
    { secretVersions: { "db-url": 3 } },
  );
  expect(template.secrets).toEqual({ A: "db-url@3", B: "constructor" });
  expect(template.files).toEqual([
    { path: "/a", secret: "db-url@3" },
    { path: "/b", content: "db-url" },
  ]);
  expect(template.sidecars[0]?.secrets).toEqual({ C: "db-url@3" });
  expect([secretReference("db-url@3"), secretReference("db-url")]).toEqual([
    { name: "db-url", version: 3 },
    { name: "db-url", version: undefined },
  ]);
});

test("a revision is 16 hex characters of the spec and its digest together", () => {
  fc.assert(
    fc.property(arbitrarySpec, (spec) => {
      expect(revisionHash(spec, resolved(spec))).toMatch(/^[0-9a-f]{16}$/);
      expect(revisionHash({ ...spec }, resolved(spec))).toBe(revisionHash(spec, resolved(spec)));
      expect(revisionHash(spec, [])).not.toBe(revisionHash(spec, resolved(spec)));
      expect(revisionHash({ ...spec, priority: spec.priority + 1 }, resolved(spec))).not.toBe(
        revisionHash(spec, resolved(spec)),
      );
    }),
  );
});

test("the image of a sidecar is pinned in the template and counts for unit and revision, its tag does not run", () => {
  const spec = withSidecar();
  const [sidecar] = spec.sidecars;
  const images = [{ reference: sidecar?.image ?? "", digest, platforms: [] }];
  expect(templateOf(spec, { images }).sidecars[0]?.image).toBe(`ghcr.io/acme/proxy@${digest}`);
  expect(unitId(keyOf(templateOf(spec, { images })))).not.toBe(unitId(keyOf(templateOf(spec))));
  expect(revisionHash(spec, images)).not.toBe(revisionHash(spec, []));
});

test("an entrypoint that was read from the image is in the template and makes no other unit", () => {
  const spec = withSidecar();
  const images = [spec, ...spec.sidecars].map(({ image }) => ({ reference: image, digest, platforms: [] }));
  const told = images.map((image) => ({ ...image, entrypoint: ["/bin/web"], cmd: ["serve"] }));
  const template = templateOf(spec, { images: told });
  expect([template.imageEntrypoint, template.sidecars[0]?.imageEntrypoint]).toEqual([
    ["/bin/web"],
    ["/bin/web"],
  ]);
  expect(unitId(keyOf(template))).toBe(unitId(keyOf(templateOf(spec, { images }))));
  expect(revisionHash(spec, told)).toBe(revisionHash(spec, images));
});

function withSidecar(): Spec {
  const parsed = parseSpec({
    name: "web",
    image: "ghcr.io/acme/web:1.4",
    port: 8080,
    sidecars: [{ name: "proxy", image: "ghcr.io/acme/proxy:2" }],
  });
  if (!parsed.ok) throw new Error("the spec does not parse");
  return parsed.spec;
}
