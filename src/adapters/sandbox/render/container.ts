import type { Template, Unit } from "../../../domain/plan.ts";
import type { Sidecar } from "../../../domain/spec.ts";

/** One container of a unit, main or beside it, in words that all three clouds can be told from. */
export interface ContainerPart {
  readonly name: string;
  readonly image: string;
  readonly essential: boolean;
  readonly entrypoint?: readonly string[] | undefined;
  readonly args?: readonly string[] | undefined;
  readonly env: Readonly<Record<string, string>>;
  /** Environment variable -> reference to a secret; never its value. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly milliCpu: number;
  readonly memoryMiB: number;
  readonly main: boolean;
}

/** The containers of a unit, the main one first. */
export function containersOf(unit: Unit): readonly ContainerPart[] {
  const { template } = unit;
  const { name, entrypoint, args, secrets, resources } = template;
  const port = template.route === undefined ? {} : { PORT: String(template.route.port) };
  const main: ContainerPart = {
    name,
    image: pinnedImage(template),
    essential: true,
    entrypoint,
    args,
    env: { ...template.env, ...port },
    secrets,
    milliCpu: resources.milliCpu,
    memoryMiB: resources.memoryMiB,
    main: true,
  };
  return [main, ...template.sidecars.map(besidePart)];
}

/** What makes a resource ours and findable: on every resource, as tags or labels. */
export function markOf(unit: Unit): Readonly<Record<string, string>> {
  return {
    ...unit.template.labels,
    "berth-project": unit.project,
    "berth-environment": unit.environment,
    "berth-workload": unit.workload,
    "berth-unit": unit.id,
    "berth-birth": String(unit.birth),
  };
}

/** How a rendered document names a secret whose value only a client puts in at sending. */
export const secretReference = (secret: string): string => `berth-secret:${secret}`;

/** The document with everything undefined left out, so that it is the JSON it becomes. */
export function asJson(document: unknown): unknown {
  return JSON.parse(JSON.stringify(document));
}

/** Pairs as the lists of name and value that AWS, Azure and Google all use. */
export const namedValues = (pairs: Readonly<Record<string, string>>) =>
  Object.entries(pairs).map(([name, value]) => ({ name, value }));

function besidePart({ resources, ...sidecar }: Sidecar): ContainerPart {
  return { ...sidecar, ...resources, main: false };
}

// With a digest the tag is only decoration, and not every cloud takes both.
function pinnedImage(template: Template): string {
  if (template.digest === undefined) return template.image;
  const bare = template.image.split("@", 1)[0] ?? template.image;
  const tagAt = bare.indexOf(":", bare.lastIndexOf("/") + 1);
  return `${tagAt === -1 ? bare : bare.slice(0, tagAt)}@${template.digest}`;
}
