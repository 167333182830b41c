import * as fc from "fast-check";
import { expect, test } from "vitest";
import { pathAddress, requestAddress } from "../../src/gateway/address.ts";

test("the host is compared without case, port or final dot; the target stays as it was sent", () => {
  for (const host of ["Web.Test", "web.test:8788", "web.test.", "WEB.TEST.:80"]) {
    expect(requestAddress("GET", "/a/../b?c=%20#", [host])).toMatchObject({
      host: "web.test",
      authority: host,
      target: "/a/../b?c=%20#",
    });
  }
  expect(requestAddress("GET", "/", ["[::1]:80"])).toMatchObject({ host: "[::1]" });
});

test("in absolute form the target's own host holds and Host is ignored", () => {
  const absolute = (target: string) => requestAddress("GET", target, ["other.test"]);
  expect(absolute("http://web.test/a?b")).toMatchObject({ host: "web.test", target: "/a?b" });
  expect(absolute("http://web.test:8788")).toMatchObject({ host: "web.test", target: "/" });
  expect(absolute("http://web.test?a")).toMatchObject({ host: "web.test", target: "/?a" });
  expect(absolute("http://user@web.test/")).toMatchObject({ status: 400 });
});

test("what is no host, no path, or not visible is refused", () => {
  for (const host of ["", "a/b", "a b", "a@b", "a,b", "[::1", "a:port", "a:1:2", "-a", "é.test"]) {
    expect(requestAddress("GET", "/", [host])).toMatchObject({ status: 400 });
  }
  expect(requestAddress("GET", "/", ["a", "a"])).toMatchObject({ status: 400 });
  for (const target of ["a", "*", "", "/é", "/a b", "ftp://a/"]) {
    expect(requestAddress("GET", target, ["a"])).toMatchObject({ status: 400 });
  }
  expect(requestAddress("OPTIONS", "*", ["a"])).toMatchObject({ target: "*" });
});

test("a path names project, environment and workload, and the container sees the rest as it was sent", () => {
  const named = { project: "shop", environment: "pr-12", workload: "web", prefix: "/shop/pr-12/web" };
  expect(pathAddress("/shop/pr-12/web")).toMatchObject({ ...named, target: "/" });
  expect(pathAddress("/shop/pr-12/web/")).toMatchObject({ ...named, target: "/" });
  expect(pathAddress("/shop/pr-12/web?a=/../..")).toMatchObject({ ...named, target: "/?a=/../.." });
  expect(pathAddress("/shop/pr-12/web/a//b%2fc/../d?e")).toMatchObject({
    ...named,
    target: "/a//b%2fc/../d?e",
  });
});

test("a path that names none is none", () => {
  for (const target of [
    "/",
    "/a/b",
    "/A/b/c",
    "/a/b/-c",
    "/../b/c",
    "/a/%2e%2e/c",
    "//a/b/c",
    `/a/b/${"c".repeat(64)}`,
    "*",
  ]) {
    expect(pathAddress(target)).toBeUndefined();
  }
});

test("a path that climbs above its workload is refused, in every spelling of its dots and slashes", () => {
  for (const rest of [
    "/..",
    "/../other/x",
    "/a/../../b",
    "/%2e%2e/b",
    "/.%2E/b",
    "/a/..%2f..%2fb",
    "/..\\b",
    "/%2e%2e%5cb",
    "/a/./../..",
  ]) {
    expect(pathAddress(`/shop/production/web${rest}`)).toMatchObject({ status: 400 });
  }
});

test("no path a browser would resolve to another workload is let through", () => {
  const piece = fc.constantFrom("..", ".", "a", "%2e%2e", "%2E.", "", "b", "..%2f..", "\\");
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const address = pathAddress(`/shop/production/web/${pieces.join("/")}`);
      if (address === undefined || address.refused) return;
      const resolved = new URL(`http://h/shop/production/web/${pieces.join("/").replaceAll(/%2f/gi, "/")}`)
        .pathname;
      expect(resolved.startsWith("/shop/production/web")).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
