import { expect, test } from "vitest";
import type { Region } from "../../src/catalog/book.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { contradictions, impossibilities } from "../../src/policy/contradictions.ts";

const { regions } = builtInBook();
const said = (
  problems: readonly { readonly pointer: string; readonly message: string }[],
): readonly string[] => problems.map(({ pointer, message }) => `${pointer} ${message}`);
const nowhere: readonly Region[] = [];

test("lists without a common entry are said to be of the policies where nobody is known to have set them", () => {
  expect(said(impossibilities({ targets: [] }, { regions }))).toEqual([
    "/targets the policies have no targets in common: change one of them",
  ]);
  expect(said(impossibilities({ targets: [], by: { targets: "house and shop" } }, { regions }))).toEqual([
    "/targets house and shop have no targets in common: change one of them",
  ]);
});

test("a provider that is like none is told which there are", () => {
  const [problem] = said(contradictions({ regions: ["mainframe-of-old/x"] }, { regions }));
  expect(problem).toContain("there is no provider mainframe-of-old; there are ecs");
});

test("a long list of regions is cut, so that the sentence can be read", () => {
  const american = regions.filter(({ jurisdictions }) => jurisdictions.includes("US")).map(({ id }) => id);
  const declared = { regions: american, jurisdictions: [["EU"]] };
  expect(american.length).toBeGreaterThan(8);
  expect(said(impossibilities(declared, { regions }))[0]).toMatch(
    /^\/jurisdictions none of the regions .+, \.\.\. is in EU/,
  );
});

test("a part of the weights counts beside what the others are without being named", () => {
  expect(contradictions({ weights: { carbon: 1 } }, { regions })).toEqual([]);
  const users = [{ place: { latitude: 0, longitude: 0 } }];
  const none = { cost: 0, carbon: 0, fidelity: 0, stability: 0 };
  expect(said(contradictions({ weights: none }, { regions }))).toHaveLength(1);
  expect(contradictions({ weights: none, users }, { regions })).toEqual([]);
});

test("without a catalog nothing is said against zones", () => {
  const declared = { jurisdictions: [["MC"]], providers: ["ecs"] } as const;
  expect(impossibilities(declared, { regions: nowhere })).toEqual([]);
});
