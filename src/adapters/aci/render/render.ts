import type { Unit } from "../../../domain/plan.ts";
import { groupName, replicaGroup, replicasOf, runGroup } from "./group.ts";

/** What Azure is told of a unit: the names of its groups, and the first of them. The others differ in name, DNS label and replica only. */
export function renderUnit(unit: Unit): unknown {
  const job = unit.template.kind === "job";
  const group = job ? runGroup(unit, { run: "run", attempt: 1, name: unit.name }) : replicaGroup(unit, 0);
  const count = replicasOf(unit);
  const names = Array.from({ length: job ? 0 : count }, (_, replica) => groupName(unit.name, replica));
  return asJson({ apiVersion: "2023-05-01", groups: names, containerGroup: group });
}

/** The value as the JSON it becomes: what is undefined is left out. */
export function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
