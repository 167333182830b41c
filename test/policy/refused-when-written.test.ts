import { expect, test } from "vitest";
import { completePolicy } from "../../src/policy/layers.ts";
import { parsePolicy } from "../../src/policy/parse-policy.ts";
import { DEFAULT_POLICY } from "../../src/policy/policy.ts";
import { widenings } from "../../src/policy/widenings.ts";

const written = (document: unknown): readonly string[] => {
  const parsed = parsePolicy(document, { world: { regions: [] } });
  return parsed.ok ? [] : parsed.problems.map(({ pointer, message }) => `${pointer} ${message}`);
};

test.each([
  [
    "ghcr.io/acme",
    "no image's registry is ghcr.io/acme, for hosts alone are compared: write ghcr.io; which rep",
  ],
  ["https://ghcr.io", "no image's registry is https://ghcr.io, for hosts alone are compared: write ghcr.io"],
  ["GHCR.io", "write ghcr.io"],
  ["index.docker.io", "write docker.io"],
  ["docker.io/library", "write docker.io; which repositories there"],
  ["acme", "write a host such as ghcr.io"],
  ["ghcr.io:latest", "write a host such as ghcr.io"],
  ["*", "a wildcard matches no registry: write each host"],
  ["*.ghcr.io", "a wildcard matches no registry"],
])(
  "a registry that no image can come from is refused when it is written, with what to write: %s",
  (entry, sentence) => {
    const registries = ["quay.io", entry];
    const said = written({ registries });
    expect(said).toHaveLength(1);
    expect(said[0]?.startsWith("/registries/1 ")).toBe(true);
    expect(said[0]).toContain(sentence);
    expect(parsePolicy({ registries })).toMatchObject({ ok: true });
  },
);

test("a registry's host is taken, with its port, and one on the very machine", () => {
  expect(written({ registries: ["docker.io", "ghcr.io", "registry.example:5000", "localhost"] })).toEqual([]);
});

test("a rule on nothing is told to name a kind, for it cannot leave them out; a freeze may", () => {
  const rule = { name: "r", on: [], effect: "deny", message: "m" };
  const freeze = { name: "f", on: [], message: "m", schedule: "0 18 * * fri", hours: 60 };
  const said = written({ rules: [rule], freezes: [freeze] });
  expect(said.find((one) => one.startsWith("/rules/0/on"))).toMatch(
    /must name at least one of deploy, .*, destroy$/,
  );
  expect(said.find((one) => one.startsWith("/freezes/0/on"))).toContain("or be left out");
});

test("an inline cap above one that holds is told to its author, with its policy; one that is lower or new is none", () => {
  const base = completePolicy(DEFAULT_POLICY, "inst", { maxUsdPerMonth: { expected: "60" } });
  expect(widenings(base, { maxUsdPerMonth: { expected: "70", ceiling: "500" } }, "/policy")).toEqual([
    {
      pointer: "/policy/maxUsdPerMonth/expected",
      message: "policy inst is stricter, and an inline policy may only narrow it",
    },
  ]);
  expect(widenings(base, { maxUsdPerMonth: { expected: "60.00" } })).toEqual([]);
  expect(widenings(base, { maxUsdPerMonth: { expected: "7", ceiling: "1" } })).toEqual([]);
});
