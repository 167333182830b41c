/** What every container and volume of ours carries, so that it is found again and nothing else is touched. */
export interface Mark {
  readonly installation: string;
  readonly epoch: number;
  readonly agent: string;
  readonly project: string;
  readonly environment: string;
  readonly workload: string;
  readonly unit: string;
  /** Provider-side name of the unit: what container names begin with. */
  readonly name: string;
  readonly birth: number;
  readonly replica: number;
  /** `main`, or the sidecar's name. */
  readonly container: string;
}

/** Who is speaking: the part of a mark that is the same for everything this agent makes. */
export type Owner = Pick<Mark, "installation" | "epoch" | "agent">;

/** Container name of the replica's main container, and the `container` part of its mark. */
export const MAIN = "main";

/** Prefix of every label we set; nothing outside it is ever set. */
export const LABEL_PREFIX = "berth.";

/** The mark as container labels. */
export function labelsOf(mark: Mark): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(mark).map(([key, value]) => [`${LABEL_PREFIX}${key}`, String(value)]),
  );
}

/** The mark that labels carry, or undefined when any part of it is missing or no number where one belongs. */
export function markOf(labels: Readonly<Record<string, string>>): Mark | undefined {
  const text = (key: string): string => labels[`${LABEL_PREFIX}${key}`] ?? "";
  const mark: Mark = {
    installation: text("installation"),
    epoch: wholeNumber(text("epoch")),
    agent: text("agent"),
    project: text("project"),
    environment: text("environment"),
    workload: text("workload"),
    unit: text("unit"),
    name: text("name"),
    birth: wholeNumber(text("birth")),
    replica: wholeNumber(text("replica")),
    container: text("container"),
  };
  return Object.values(mark).some((part) => part === "" || Number.isNaN(part)) ? undefined : mark;
}

/** Container name: `<unit.name>-<replica>`, and `-<sidecar>` behind it for a sidecar. */
export function containerName(unitName: string, replica: number, container: string): string {
  return container === MAIN
    ? `${unitName}-${String(replica)}`
    : `${unitName}-${String(replica)}-${container}`;
}

/** Volume name: its own name space in the engine, so it cannot meet a sidecar's. */
export function volumeName(unitName: string, replica: number, volume: string): string {
  return `${unitName}-${String(replica)}-${volume}`;
}

const wholeNumber = (text: string): number => (/^\d{1,15}$/.test(text) ? Number(text) : Number.NaN);
