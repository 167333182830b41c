import { expect, test } from "vitest";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { compileCel } from "../../src/policy/cel/compile.ts";
import { decidePlacement } from "../../src/policy/decision.ts";
import { completePolicy } from "../../src/policy/layers.ts";
import { nearestChange } from "../../src/policy/nearest-change.ts";
import { peersAt, pointIn } from "../../src/policy/points.ts";
import { widenings } from "../../src/policy/widenings.ts";
import { anOffer, aPrice, OPEN_GATEWAY, OPEN_POLICY } from "./arbitraries.ts";
import { aService } from "../catalog/needs.ts";

const { regions } = builtInBook();

test("each rule that an inline policy would loosen is named with who set it", () => {
  const base = completePolicy(OPEN_POLICY, "house", {
    targets: ["aws"],
    registries: ["ghcr.io"],
    arch: ["arm64"],
    regions: ["ecs/eu-west-1"],
    requireDigest: true,
    minimumFidelity: "snapped",
    spread: { over: "region", minimum: 3 },
  });
  const loose = {
    targets: ["gcp"],
    registries: ["docker.io"],
    arch: ["amd64"],
    regions: ["aci/westeurope"],
    requireDigest: false,
    minimumFidelity: "dropped",
    spread: { over: "region", minimum: 2 },
  } as const;
  expect(widenings(base, loose).map(({ pointer }) => pointer)).toEqual([
    "/targets",
    "/registries",
    "/arch",
    "/regions",
    "/requireDigest",
    "/minimumFidelity",
    "/spread",
  ]);
  expect(widenings(base, loose)[0]?.message).toContain("policy house is stricter");
  expect(widenings(OPEN_POLICY, { ...loose, regions: ["ecs/eu-west-1"] })).toEqual([]);
});

test("what a workload is near is called by its name, its workload or its place", () => {
  const talksTo = [
    { place: "aws/eu-west-1", maxLatencyMs: 5 },
    { workload: "api", maxLatencyMs: 5 },
    { place: "gcp/nowhere", name: "db", maxLatencyMs: 5 },
  ];
  expect(
    peersAt({ talksTo }, regions, new Map()).map(({ label, latitude }) => [label, latitude !== undefined]),
  ).toEqual([
    ["aws/eu-west-1", true],
    ["api", false],
    ["db", false],
  ]);
  expect(pointIn(regions, "")).toBeUndefined();
});

test("of changes that reach as far, the same one is named each time", () => {
  const refused = (id: string, rule: string) => ({
    offer: anOffer(id),
    reasons: [{ rule, message: `${rule} says no` }],
  });
  const two = [refused("b", "spot"), refused("a", "arch")];
  expect(nearestChange(two)?.rules).toEqual(["arch"]);
  expect(nearestChange([...two].reverse())?.rules).toEqual(["arch"]);
});

test("a spread keeps each value's place until moving within it saves enough", () => {
  const offer = (id: string, region: string, usd: string) =>
    anOffer(id, {
      place: { provider: "ecs", target: id, region },
      price: aPrice(usd),
    });
  const offers = [
    offer("a", "eu", "10"),
    offer("b", "us", "12"),
    offer("b2", "us", "11.9"),
    offer("b3", "us", "11.8"),
  ];
  const incumbents = offers
    .slice(0, 2)
    .map(({ id, place, billing, shape }) => ({ place, offer: id, billing, shape }));
  const { split } = decidePlacement({
    now: 0,
    needs: { ...aService(), scale: { min: 2, max: 2 } },
    offers,
    policy: { ...OPEN_POLICY, spread: { over: "region", minimum: 2 } },
    gateway: OPEN_GATEWAY,
    incumbent: incumbents[0],
    incumbents,
  });
  expect(split?.ok === true && split.parts.map(({ ranked }) => ranked.offer.id)).toEqual(["a", "b"]);
});

test("an expression over several lines is told where, and constants of the library are nobody's", () => {
  const told = (text: string) => {
    const compiled = compileCel(text, "offer", "");
    return compiled.ok ? "" : compiled.problems.map(({ message }) => message).join("; ");
  };
  expect(told("google.protobuf.Timestamp == google.protobuf.Duration")).toContain("there is no google here");
  expect(told('offer["regoin"] == "x"')).toContain("did you mean region?");
  expect(told("sise(offer.labels) == 0")).toContain("there is no function sise; did you mean size?");
  expect(told('offer.id.startWith("a")')).toContain("did you mean startsWith?");
  expect(told("offer.id.nope()")).toContain("docs/policy.md lists those there are");
  expect(told("needs.kind.matches()")).toContain("no matching overload");
  expect(told("{'a': [1, 2], 'b': []}.size() == 2 && -1 < 0 && (true ? !false : true)")).toBe("");
});
