import { describe, expect, test } from "vitest";
import { AGENT_CAPABILITIES } from "../../src/adapters/agent/features.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { CLOUD_CAPABILITIES, cloudOffers } from "../../src/catalog/cloud-offers.ts";
import { demandFidelity, featuresOf } from "../../src/catalog/features/capability.ts";
import { fidelityScore } from "../../src/catalog/features/fidelity-score.ts";
import { FEATURES } from "../../src/domain/feature.ts";
import { aService } from "./needs.ts";

const TABLES = Object.entries({ ...CLOUD_CAPABILITIES, agents: AGENT_CAPABILITIES });

describe.each(TABLES)("%s", (_name, table) => {
  test("says of every feature how it is honoured, with a sentence for all that is not exact", () => {
    expect(Object.keys(table.features).sort()).toEqual([...FEATURES].sort());
    for (const capability of Object.values(table.features)) {
      expect(["exact", "emulated", "snapped", "dropped"]).toContain(capability.level);
      if (capability.level !== "exact") expect(capability.message.length).toBeGreaterThan(15);
    }
  });

  test("what is dropped rules the place out, and everything else is taken", () => {
    const features = featuresOf(table);
    for (const feature of FEATURES) {
      const capability = table.features[feature];
      expect(features[feature]).toBe(capability.level === "dropped" ? capability.message : true);
    }
  });

  test("what is emulated is told of each field that asks, and nothing of one that is exact", () => {
    for (const feature of FEATURES) {
      const needs = aService({ route: undefined, demands: [{ feature, pointer: "/x" }] });
      const { level } = table.features[feature];
      expect(demandFidelity(needs, table).map((field) => field.level)).toEqual(
        level === "emulated" || level === "snapped" ? [level] : [],
      );
    }
  });
});

test("every limit of a table is refused one above it and taken at it", () => {
  const [offer] = cloudOffers(
    "ecs",
    "eu-west-1",
    aService({ containers: 10, stopGraceSeconds: 120 }),
    builtInBook(),
  );
  expect(offer?.impossible).toEqual([]);
  const [more] = cloudOffers(
    "ecs",
    "eu-west-1",
    aService({ containers: 11, stopGraceSeconds: 121 }),
    builtInBook(),
  );
  expect(more?.impossible.map(({ pointer }) => pointer)).toEqual(["/sidecars", "/stopGraceSeconds"]);
});

test("fidelity as a figure is 1 when all is exact, and less the worse a field is honoured", () => {
  const of = (level: "exact" | "snapped" | "emulated" | "dropped") =>
    fidelityScore([{ field: "/x", level, message: "" }]);
  expect(fidelityScore([])).toBe(1);
  expect(of("exact")).toBe(1);
  expect(of("snapped")).toBeGreaterThan(of("emulated"));
  expect(of("emulated")).toBeGreaterThan(of("dropped"));
});
