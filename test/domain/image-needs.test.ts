import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isLocalImage, parseImage, pinnedImage } from "../../src/domain/image.ts";
import { withImages } from "../../src/domain/image-needs.ts";
import { needsOf } from "../../src/domain/needs-of.ts";
import { parseSpec } from "../../src/domain/parse-spec.ts";
import type { ImagePlatform, ResolvedImage } from "../../src/domain/resolved-image.ts";

const digest = `sha256:${"0a".repeat(32)}`;
const MIB = 1_048_576;
const platform = (arch: string, mebibytes?: number, os = "linux"): ImagePlatform => ({
  os,
  arch,
  digest,
  ...(mebibytes === undefined ? {} : { sizeBytes: mebibytes * MIB }),
});

describe("what images ask of a place", () => {
  test("nothing where none was resolved", () => {
    expect(asked([], {})).toBeUndefined();
  });

  test("the architectures that all of them have, and none where there is no such", () => {
    const web = image("web", [platform("amd64"), platform("arm64")]);
    expect(asked([web, image("proxy", [platform("arm64")])])?.arches).toEqual(["arm64"]);
    expect(asked([image("web", [platform("amd64")]), image("proxy", [platform("arm64")])])?.arches).toEqual(
      [],
    );
    expect(asked([image("web", [platform("amd64", 1, "windows")])])?.arches).toEqual([]);
    expect(asked([image("web", []), image("proxy", [])])).not.toHaveProperty("arches");
  });

  test("what a replica pulls where that is known of every image, the architecture with the most, and the same bytes once", () => {
    const web = image("web", [platform("amd64", 10), platform("arm64", 30)]);
    const other = `sha256:${"0b".repeat(32)}`;
    const proxy = { ...image("proxy", [platform("amd64", 5), platform("arm64", 5)]), digest: other };
    expect(asked([web, proxy])?.pullMiB).toBe(35);
    expect(asked([web, image("proxy", [platform("amd64", 10)])])?.pullMiB).toBe(10);
    expect(asked([web])).not.toHaveProperty("pullMiB");
  });

  test("the largest image whose size is known, by architecture, though others are not known", () => {
    const web = image("web", [platform("amd64", 10), platform("arm64", 30)]);
    const other = { ...image("proxy", [platform("amd64", 20)]), digest: `sha256:${"0b".repeat(32)}` };
    expect(asked([web, other])?.largestMiB).toEqual({ amd64: 20, arm64: 30 });
    expect(asked([web])?.largestMiB).toEqual({ amd64: 10, arm64: 30 });
    expect(asked([image("web", [platform("amd64")])])).not.toHaveProperty("largestMiB");
  });

  test("whether args alone can be started: only when the entrypoint of each that gives them is known", () => {
    const known = { ...image("web", []), entrypoint: ["/bin/web"] };
    const args = { args: ["serve"] };
    expect(asked([image("web", [])], args)?.entrypoints).toBe(false);
    expect(asked([known], args)?.entrypoints).toBe(true);
    expect(asked([image("web", [])], { ...args, entrypoint: ["/x"] })?.entrypoints).toBe(true);
    expect(asked([image("web", [])])?.entrypoints).toBe(true);
  });
});

test("a pinned reference has the digest in place of its tag, and is a reference to the same repository", () => {
  const component = fc.stringMatching(/^[a-z0-9]{1,6}([._-][a-z0-9]{1,4})?$/);
  const host = fc.constantFrom("", "ghcr.io/", "registry.example.com:5000/", "localhost:5000/");
  const path = fc.array(component, { minLength: 1, maxLength: 3 });
  const tag = fc.option(fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/), { nil: undefined });
  const old = fc.constantFrom("", `@sha256:${"f".repeat(64)}`);
  fc.assert(
    fc.property(host, path, tag, old, (registry, parts, named, pinned) => {
      const reference = `${registry}${parts.join("/")}${named === undefined ? "" : `:${named}`}${pinned}`;
      const before = parseImage(reference);
      const after = parseImage(pinnedImage(reference, digest));
      if (typeof before === "string") throw new Error(before);
      expect(after).toEqual({ ...before, tag: undefined, digest });
    }),
  );
});

test("only localhost without a port has no registry", () => {
  expect(["localhost/web:1", "localhost/a/b"].every(isLocalImage)).toBe(true);
  expect(["localhost:5000/web", "web", "localhost.example.com/web"].some(isLocalImage)).toBe(false);
});

function image(name: string, platforms: readonly ImagePlatform[]): ResolvedImage {
  return { reference: `ghcr.io/acme/${name}:1`, digest, platforms };
}

/** A spec with an image and a sidecar. */
function asked(images: readonly ResolvedImage[], over: Readonly<Record<string, unknown>> = {}) {
  const parsed = parseSpec({
    name: "web",
    image: "ghcr.io/acme/web:1",
    port: 8080,
    sidecars: [{ name: "proxy", image: "ghcr.io/acme/proxy:1" }],
    ...over,
  });
  if (!parsed.ok) throw new Error("the spec does not parse");
  return withImages(needsOf(parsed.spec), parsed.spec, images).images;
}
