import { canonicalJson } from "../../domain/canonical-json.ts";
import type { Plan, Unit } from "../../domain/plan.ts";
import { changeOf, type Difference } from "./difference.ts";

/** What of the workload itself is another: its generation, what would run and how it would be rolled out, its overrides. */
export function workloadDifferences(shown: Plan, now: Plan): readonly Difference[] {
  return [
    ...changeOf("workload", "generation", [standsAt(shown), standsAt(now)], (from, to) =>
      shown.generation === now.generation
        ? "the workload has changed meanwhile: the plan it would go back to is another"
        : `the workload has changed meanwhile: it is at generation ${to} instead of ${from}`,
    ),
    ...templateDifferences(shown, now),
    ...replicaDifferences(shown, now),
    ...changeOf("workload", "route", [jsonText(shown.route), jsonText(now.route)]),
    ...changeOf("workload", "rollout", [jsonText(shown.rollout), jsonText(now.rollout)]),
    ...changeOf("workload", "overrides", [overridesText(shown), overridesText(now)]),
    ...changeOf("workload", "what it stops", [jsonText(shown.stops), jsonText(now.stops)]),
  ];
}

/** The generation a plan was made over, and the plan it would go back to. */
function standsAt({ generation, parent }: Plan): string {
  return parent === undefined ? String(generation - 1) : `${generation - 1} (over ${parent})`;
}

/** Field by field of what a container is made of; all units of a plan are made of the same. */
function templateDifferences(shown: Plan, now: Plan): readonly Difference[] {
  const before = new Map(Object.entries(shown.units[0]?.template ?? {}));
  const after = new Map(Object.entries(now.units[0]?.template ?? {}));
  if (before.size === 0 || after.size === 0) return [];
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((field) =>
    changeOf("workload", field, [jsonText(before.get(field)), jsonText(after.get(field))]),
  );
}

// How replicas split over places is the places' room; only of one unit is their number what was asked for.
function replicaDifferences({ units: [first, ...others] }: Plan, now: Plan): readonly Difference[] {
  const [again, ...more] = now.units;
  if (first === undefined || again === undefined || others.length + more.length > 0) return [];
  const text = ({ replicas: { min, max } }: Unit) => `${min}-${max}`;
  return changeOf("workload", "replicas", [text(first), text(again)]);
}

const overridesText = ({ explanation }: Plan): string =>
  explanation.overrides.length === 0 ? "none" : explanation.overrides.join("; ");

/** Longer values are cut: a file's whole content says no more than that it is another. */
const MAX_VALUE_CHARACTERS = 200;

function jsonText(value: unknown): string {
  if (value === undefined) return "absent";
  const text = typeof value === "string" ? value : canonicalJson(value);
  return text.length <= MAX_VALUE_CHARACTERS
    ? text
    : `${text.slice(0, MAX_VALUE_CHARACTERS)}… (${text.length})`;
}
