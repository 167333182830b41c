import { expect, test } from "vitest";
import { isLocalOnly, parseImageName, pullName } from "../../src/agent/image-name.ts";

const digest = `sha256:${"a".repeat(64)}`;

test.each([
  ["nginx", "docker.io/library/nginx:latest"],
  ["acme/web:1.4", "docker.io/acme/web:1.4"],
  ["ghcr.io/acme/web:1.4", "ghcr.io/acme/web:1.4"],
  ["registry.example:5000/web", "registry.example:5000/web:latest"],
  [`ghcr.io/acme/web:1.4@${digest}`, `ghcr.io/acme/web@${digest}`],
  ["localhost/hello:v1", "localhost/hello:v1"],
])("%s is pulled as %s", (image, pulled) => {
  const name = parseImageName(image);
  expect(name === undefined ? undefined : pullName(name)).toBe(pulled);
});

test.each([
  "",
  "../x",
  "a/../b",
  "UPPER/case",
  "a b",
  "x@sha256:1",
  "x@sha512:aa",
  "-v",
  "a//b",
  "a:b:c",
  "host:99999999/x",
  `x@${digest}@${digest}`,
])("%s is no image", (image) => {
  expect(parseImageName(image)).toBeUndefined();
});

test("localhost means loaded by hand; localhost with a port is a registry", () => {
  const local = (image: string) =>
    isLocalOnly(parseImageName(image) ?? { registry: "", repository: "", tag: "" });
  expect(local("localhost/hello:v1")).toBe(true);
  expect(local("localhost:5000/hello:v1")).toBe(false);
});
