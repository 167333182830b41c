import { expect, test } from "vitest";
import { desk, type DeskOptions } from "./desk.ts";
import { SPEC } from "./recorded.ts";

const files = {
  "web.yaml": SPEC,
  "eu.yaml": "jurisdictions: [EU]\nspot: forbid\n",
  "wrong.yaml": "jurisdiction: [EU]\n",
};

async function comparing(options: DeskOptions, ...flags: readonly string[]) {
  const cli = desk({ files, ...options });
  return { exit: await cli.run("compare", "-f", "web.yaml", ...flags), cli };
}

test.each([80, 100, 160])("berth compare fits a terminal of %i columns", async (columns) => {
  const { exit, cli } = await comparing({ terminal: true, columns });
  expect(exit).toBe(0);
  for (const line of cli.out().split("\n"))
    if (line.includes("  ")) expect(Array.from(line).length, line).toBeLessThanOrEqual(columns);
});

test("berth compare touches no broker, whatever the environment names", async () => {
  const { exit } = await comparing({ server: "http://192.0.2.1", token: undefined });
  expect(exit).toBe(0);
});

test("--policy ranks and refuses by that policy, and a wrong one is shown with its lines", async () => {
  const { cli } = await comparing({}, "--policy", "eu.yaml", "--json");
  const answer: { ranked: { offer: { jurisdictions: string[]; billing: string } }[] } = JSON.parse(cli.out());
  const { ranked } = answer;
  expect(ranked.length).toBeGreaterThan(0);
  expect(
    ranked.filter(({ offer }) => !offer.jurisdictions.includes("EU") || offer.billing === "spot"),
  ).toEqual([]);
  const wrong = await comparing({}, "--policy", "wrong.yaml");
  expect(wrong.exit).toBe(2);
  expect(wrong.cli.err()).toMatch(/^wrong\.yaml: 1 problem\n  line 1   \/jurisdiction   /);
});

test("--all lists every place and --lines what its price is made of", async () => {
  const some = await comparing({});
  const all = await comparing({}, "--all", "--lines");
  expect(all.cli.out().split("\n").length).toBeGreaterThan(some.cli.out().split("\n").length * 3);
  expect(all.cli.out()).toContain("cpu-second");
});
