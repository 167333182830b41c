import type { Unit } from "../domain/plan.ts";
import type { Owner } from "./cloud-ports.ts";

/** What every resource of ours in a cloud carries, so that it is found again and nothing else is touched. */
export interface Mark {
  readonly installation: string;
  readonly epoch: number;
  readonly project: string;
  readonly environment: string;
  readonly workload: string;
  readonly unit: string;
  readonly birth: number;
}

/** Prefix of every tag and label we set; a spec's own labels cannot begin with it. */
export const MARK_PREFIX = "berth-";

/** The mark of a unit made by this installation. */
export function markOf(unit: Unit, owner: Owner): Mark {
  const { project, environment, workload, birth } = unit;
  return { installation: owner.id, epoch: owner.epoch, project, environment, workload, unit: unit.id, birth };
}

/** The mark as tags or labels: lower-case keys, values of at most 63 characters, which AWS, Azure and Google all take. */
export function tagsOf(mark: Mark): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(mark).map(([key, value]) => [`${MARK_PREFIX}${key}`, String(value).toLowerCase()]),
  );
}

/** The mark that tags or labels carry, or undefined when any part of it is missing or no number where one belongs. */
export function readMark(tags: Readonly<Record<string, string | undefined>>): Mark | undefined {
  const text = (key: string): string => tags[`${MARK_PREFIX}${key}`] ?? "";
  const mark: Mark = {
    installation: text("installation"),
    epoch: wholeNumber(text("epoch")),
    project: text("project"),
    environment: text("environment"),
    workload: text("workload"),
    unit: text("unit"),
    birth: wholeNumber(text("birth")),
  };
  return Object.values(mark).some((part) => part === "" || Number.isNaN(part)) ? undefined : mark;
}

const wholeNumber = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : Number.NaN);
