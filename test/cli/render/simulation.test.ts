import { expect, test } from "vitest";
import { simulationText } from "../../../src/cli/render/simulation.ts";
import { simulationMarkdown } from "../../../src/cli/render/simulation-markdown.ts";
import { NOTHING, SIMULATION } from "../simulation.ts";

test("a simulation in plain text has totals, moves, violations, what has no place, and what is not known", async () => {
  await expect(simulationText(SIMULATION, 100)).toMatchFileSnapshot("simulation.golden.txt");
});

test("a simulation as a comment is a table a reviewer reads at once, with the reasons folded", async () => {
  await expect(simulationMarkdown(SIMULATION)).toMatchFileSnapshot("simulation-markdown.golden.txt");
});

test("a simulation of nothing says so in one line of each form", () => {
  expect(simulationText(NOTHING, 80)).toContain("42 unchanged\n  $0.00 a month ($812.00 -> $812.00)");
  expect(simulationMarkdown(NOTHING)).toContain("**$0.00 a month ($812.00 -&gt; $812.00)** · 42 unchanged");
});

test("plain text fits 80 columns", () => {
  for (const line of simulationText(SIMULATION, 80).split("\n"))
    expect(Array.from(line).length, line).toBeLessThanOrEqual(80);
});

test("plain text fits 80 columns where workloads are divided over several places", () => {
  const move = SIMULATION.changed.find(({ outcome }) => outcome === "moves");
  if (move?.from === undefined || move.to === undefined) throw new Error("nothing moves");
  const places = [
    ...move.from.places,
    { provider: "cloud-run", target: "google-production", region: "northamerica-northeast1" },
    { provider: "aci", target: "azure", region: "germanywestcentral" },
  ] as const;
  const divided = { ...move, from: { ...move.from, places }, to: { ...move.to, places } };
  const text = simulationText({ ...SIMULATION, changed: [divided, ...SIMULATION.changed] }, 80);
  for (const line of text.split("\n")) expect(Array.from(line).length, line).toBeLessThanOrEqual(80);
  expect(text).toContain("ACI azure germanywestcentral");
});

test("what people and providers wrote can neither end a cell, nor become markup, nor call anybody", () => {
  const text = simulationMarkdown(SIMULATION);
  expect(text).toContain(String.raw`outside \| the \*jurisdictions\*`);
  expect(text).not.toContain("<b>");
  expect(text).not.toContain("@everyone");
});

test("a comment on a fleet of any size stays within what a pull request takes, and every table in it ends", () => {
  const move = SIMULATION.changed.find(({ outcome }) => outcome === "moves");
  if (move === undefined) throw new Error("nothing moves");
  const changed = Array.from({ length: 1_000 }, (_, index) => ({ ...move, workload: `web-${index}` }));
  const text = simulationMarkdown({ ...SIMULATION, changed });
  expect(text.length).toBeLessThan(65_536);
  expect(text).toContain("and 980 more");
  expect(text.split("<details>").length).toBe(text.split("</details>").length);
  expect(text).toContain("This comment is cut");
});
