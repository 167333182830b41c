import type { Select } from "./policy-rules.ts";

/** What a stored policy selects by. Labels are those that administrators set. */
export interface Selectable {
  readonly project: { readonly labels: Readonly<Record<string, string>> };
  readonly environment: {
    readonly name: string;
    readonly class: "production" | "staging" | "preview";
    readonly labels: Readonly<Record<string, string>>;
  };
}

/** Whether a policy is mandatory here: every part of its selection that is there must hold. */
export function selects({ projects, environments }: Select, { project, environment }: Selectable): boolean {
  return (
    hasLabels(project.labels, projects?.labels) &&
    (environments?.names?.includes(environment.name) ?? true) &&
    (environments?.classes?.includes(environment.class) ?? true) &&
    hasLabels(environment.labels, environments?.labels)
  );
}

function hasLabels(
  labels: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>> = {},
): boolean {
  return Object.entries(wanted).every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
}
