import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseDocument } from "../../src/domain/parse-document.ts";
import { celHolds } from "../../src/policy/cel/change-values.ts";
import { parsePolicy } from "../../src/policy/parse-policy.ts";
import { judgeChange } from "../../src/policy/rules/judge-change.ts";
import { LAYERS } from "../../src/domain/layer.ts";
import { factsOf } from "../policy/rules/facts.ts";

const text = readFileSync(new URL("../../docs/changes.md", import.meta.url), "utf8");

test("the example of rules and freezes is a policy, and does what the page says it does", () => {
  const yaml = /```yaml\n(?<body>.*?)```/s.exec(text)?.groups?.["body"] ?? "";
  const document = parseDocument(yaml, "application/yaml");
  const parsed = parsePolicy(document.ok ? document.document : undefined);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const layer = { layer: LAYERS[2], name: "shop", version: 1, hash: "h" };
  const { rules = [], freezes = [] } = parsed.rules;
  const said = (at: string) =>
    judgeChange({
      facts: factsOf({ now: Date.parse(at) }),
      rules: {
        rules: rules.map((rule) => ({ ...rule, layer })),
        freezes: freezes.map((freeze) => ({ ...freeze, layer })),
      },
      exceptions: [],
      holds: celHolds,
    });
  const weekday = said("2026-11-24T10:00:00Z");
  expect(weekday.denials.map(({ rule }) => rule)).toEqual(["own-registry"]);
  expect(weekday.holds.map(({ rule }) => rule)).toEqual(["two-eyes"]);
  expect(weekday.warnings).toEqual([]);
  expect(said("2026-11-22T10:00:00Z").holds.map(({ rule }) => rule)).toEqual(["two-eyes", "weekend"]);
});

test("every field of the facts that a rule can speak of is named on the page", () => {
  const { now: _now, ...facts } = factsOf({ now: 0 });
  for (const [name, fields] of Object.entries(facts)) {
    const row = text.split("\n").find((line) => line.startsWith(`| \`${name}\``)) ?? "";
    for (const field of Object.keys(fields)) expect(row, name).toContain(field);
  }
});
