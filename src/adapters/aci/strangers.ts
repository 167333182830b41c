import type { Unrecognised } from "../../domain/observation.ts";
import { unitName } from "../../domain/unit-id.ts";
import type { KnownUnit, KnownUnits } from "../adapter.ts";
import type { Mark } from "../mark.ts";
import { type ArmGroup, tagsIn } from "./arm.ts";
import { isEnding } from "./phase.ts";
import { RUN_TAG } from "./render/group.ts";

/** A group with our mark. */
export interface Marked {
  readonly group: ArmGroup;
  readonly mark: Mark;
}

/** What carries our mark and is nobody's: units that are not known, and tries that their unit's runs do not have. */
export function unrecognisedAmong(ours: readonly Marked[], known: KnownUnits): readonly Unrecognised[] {
  return [
    ...strangeUnits(ours.filter(({ mark }) => !known.has(mark.unit))),
    ...ours.flatMap((one) => strangeTry(one, known.get(one.mark.unit))),
  ];
}

function strangeUnits(groups: readonly Marked[]): readonly Unrecognised[] {
  const units = Map.groupBy(groups, ({ mark }) => mark.unit);
  return [...units].flatMap(([unit, members]) => {
    const [first] = members;
    if (first === undefined) return [];
    const { group, mark } = first;
    const names = members.map((one) => one.group.name ?? "").sort();
    return [
      {
        unit,
        name: unitName(unit),
        project: mark.project,
        environment: mark.environment,
        workload: mark.workload,
        region: group.location,
        detail: `${names.length} container groups (${names.slice(0, 3).join(", ")}) in ${group.location ?? "an unknown region"}, made for generation ${mark.birth} of ${mark.environment}/${mark.workload}`,
      },
    ];
  });
}

// What is being deleted goes by itself.
function strangeTry({ group, mark }: Marked, unit: KnownUnit | undefined): readonly Unrecognised[] {
  const { name = "", location } = group;
  if (unit === undefined || tagsIn(group)[RUN_TAG] === undefined) return [];
  if (isEnding(group) || unit.tries.has(name)) return [];
  const detail = `the container group ${name} in ${location ?? "an unknown region"}, a try of the job ${mark.environment}/${mark.workload} that none of its runs has under way`;
  const { project, environment, workload } = mark;
  return [{ unit: mark.unit, name, project, environment, workload, region: location, detail }];
}
