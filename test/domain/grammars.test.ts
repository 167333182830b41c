import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { containerPathProblem, mountPathProblem } from "../../src/domain/container-path.ts";
import { didYouMean, editDistance } from "../../src/domain/did-you-mean.ts";
import { referenceProblem, referencesIn, resolveReferences } from "../../src/domain/env-reference.ts";
import { hostNameProblem } from "../../src/domain/host-name.ts";
import { MAX_IMAGE_CHARS, parseImage, registryOf } from "../../src/domain/image.ts";
import { pathOf, pointerTo } from "../../src/domain/json-pointer.ts";
import { labelKeyProblem, labelValueProblem } from "../../src/domain/label.ts";
import { timeZoneProblem } from "../../src/domain/time-zone.ts";

describe("images", () => {
  const sha = `sha256:${"ab".repeat(32)}`;
  test.each([
    ["nginx", { registry: "docker.io", repository: "library/nginx" }],
    ["acme/web:1.4", { registry: "docker.io", repository: "acme/web", tag: "1.4" }],
    ["docker.io/nginx", { registry: "docker.io", repository: "library/nginx" }],
    ["index.docker.io/acme/web", { registry: "docker.io", repository: "acme/web" }],
    [`ghcr.io/acme/web:1.4@${sha}`, { registry: "ghcr.io", repository: "acme/web", tag: "1.4", digest: sha }],
    ["localhost/web", { registry: "localhost", repository: "web" }],
    ["localhost:5000/a/b__c", { registry: "localhost:5000", repository: "a/b__c" }],
    ["GHCR.io/acme/web", { registry: "ghcr.io", repository: "acme/web" }],
  ])("%s is taken apart", (reference, parts) => expect(parseImage(reference)).toMatchObject(parts));

  test.each([
    "",
    "Nginx",
    "a//b",
    "nginx:",
    "nginx:a b",
    `nginx@sha256:${"AB".repeat(32)}`,
    `nginx@${sha}@${sha}`,
    "https://ghcr.io/a",
    "a".repeat(MAX_IMAGE_CHARS + 1),
    "a".repeat(256),
    "-a.example.com/x",
    "a..b",
    "ghcr.io/",
    "/nginx",
    "ng inx",
    "a/.b",
  ])("%j is refused with a sentence", (reference) =>
    expect(parseImage(reference)).toEqual(expect.any(String)),
  );

  test("the registry of what cannot be read is docker.io, as engines take it", () => {
    expect([registryOf("quay.io/a/b"), registryOf("nginx"), registryOf("???")]).toEqual([
      "quay.io",
      "docker.io",
      "docker.io",
    ]);
  });
});

describe("references in variables", () => {
  test("references are found in order, and replaced", () => {
    const value = "${workload.api.url}/v1?k=${workload.api.key}&h=${HOME}&x=$${workload.api.url}";
    expect(referencesIn(value)).toEqual([
      { workload: "api", property: "url" },
      { workload: "api", property: "key" },
    ]);
    const resolved = resolveReferences(value, ({ workload, property }) => `<${workload} ${property}>`);
    expect(resolved).toBe("<api url>/v1?k=<api key>&h=${HOME}&x=${workload.api.url}");
  });

  test.each([
    "${workload.api}",
    "${workload.api.url",
    "${workload.Api.url}",
    "${workload.api.port}",
    "${workload..url}",
    "${workload.api.url.x}",
  ])("%s is told as broken, and never replaced", (value) => {
    expect(referenceProblem(value)).toContain("${workload.NAME.url}");
    expect(resolveReferences(value, () => "x")).toBe(value);
    expect(referencesIn(value)).toEqual([]);
  });

  test("any other text passes as it is", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        fc.pre(!value.includes("${workload."));
        expect(referenceProblem(value)).toBeUndefined();
        expect(resolveReferences(value, () => "never")).toBe(value);
      }),
    );
  });
});

describe("hosts, paths, labels, zones", () => {
  test.each(["shop.example.com", "a.b", "xn--bcher-kva.example"])("%s is a host name", (host) =>
    expect(hostNameProblem(host)).toBeUndefined(),
  );
  test.each([
    "localhost",
    "10.0.0.1",
    "*.a.com",
    "A.com",
    "a..com",
    "a.com.",
    "-a.com",
    "https://a.com",
    "bücher.example",
    `${"a".repeat(64)}.com`,
    `${"a.".repeat(130)}com`,
    "a_b.com",
    "",
  ])("%j is no host name", (host) => expect(hostNameProblem(host)).toEqual(expect.any(String)));

  test.each(["/", "/app", "/a/..b/.c", "/a b"])("%j is a path", (path) =>
    expect(containerPathProblem(path)).toBeUndefined(),
  );
  test.each(["", "app", "/a/../b", "/.", "/a//b", "/a/", "/a\tb", `/${"a".repeat(1_100)}`])(
    "%j is no path",
    (path) => expect(containerPathProblem(path)).toEqual(expect.any(String)),
  );
  test.each(["/", "/a:b", "a"])("nothing is mounted at %j", (path) =>
    expect(mountPathProblem(path)).toEqual(expect.any(String)),
  );

  test.each(["team", "a_b-1", "a".repeat(63)])("%s is a label's key", (key) =>
    expect(labelKeyProblem(key)).toBeUndefined(),
  );
  test.each([
    "",
    "Team",
    "1a",
    "a.b",
    "a".repeat(64),
    "aws-x",
    "azurex",
    "microsoft",
    "windows",
    "goog-x",
    "berth-unit",
  ])("%j is no label's key", (key) => expect(labelKeyProblem(key)).toEqual(expect.any(String)));
  test("a label's value may be empty", () =>
    expect([labelValueProblem(""), labelValueProblem("a b")]).toEqual([undefined, expect.any(String)]));

  test.each(["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires"])("%s is a time zone", (zone) =>
    expect(timeZoneProblem(zone)).toBeUndefined(),
  );
  test.each(["", "+02:00", "Mars/Base", "../etc", "a".repeat(200)])("%j is no time zone", (zone) =>
    expect(timeZoneProblem(zone)).toEqual(expect.any(String)),
  );
});

describe("pointers and near names", () => {
  test("a pointer leads back to its path", () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (path) => {
        expect(pathOf(pointerTo(path))).toEqual(path);
      }),
    );
    expect(pointerTo(["a/b", "~", 0])).toBe("/a~1b/~0/0");
  });

  test.each([
    ["memmory", "memory"],
    ["imgae", "image"],
    ["Health", "health"],
    ["prots", "ports"],
    ["pors", "ports"],
    ["zzz", undefined],
    ["m".repeat(100), undefined],
  ])("%s was meant as %s", (written, meant) => {
    expect(didYouMean(written, ["memory", "image", "health", "sports", "ports", "env"])).toBe(meant);
  });

  test("of two names equally near, the first is taken", () => {
    expect(didYouMean("prt", ["part", "port"])).toBe("part");
    expect(didYouMean("helths", ["healths", "health"])).toBe("healths");
  });

  test("the distance is nought only for equal texts, the same both ways, and never more than the longer text", () => {
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b) === 0).toBe(a === b);
        expect(editDistance(a, b)).toBe(editDistance(b, a));
        expect(editDistance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      }),
    );
  });
});
