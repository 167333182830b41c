import type { Workload } from "../store/store.ts";
import type { Caller, Ports } from "./ports.ts";

/** Which workloads of a project are meant; what is absent means all. */
export interface FleetSelect {
  readonly environments?: readonly string[] | undefined;
  readonly workloads?: readonly string[] | undefined;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** Rows read at once. */
const PAGE = 100;
/** Environments of a project, as `environments.ts` bounds them, with room for those of an older bound. */
const MAX_ENVIRONMENTS = 1_000;

/** A workload's place in the order of a fleet: where to go on. */
export function fleetCursor({ environment, name }: Pick<Workload, "environment" | "name">): string {
  return `${environment}/${name}`;
}

/**
 * The workloads of the caller's project, all environments, by environment and name, after a cursor; read page by page as they
 * are asked for.
 */
export async function* fleet(
  ports: Pick<Ports, "store">,
  caller: Caller,
  select: FleetSelect,
  after?: string,
): AsyncGenerator<Workload> {
  const project = caller.project.id;
  const [fromEnvironment = "", fromName] = after?.split("/") ?? [];
  const environments = (await ports.store.environments(project))
    .map(({ name }) => name)
    .filter((name) => name >= fromEnvironment && (select.environments?.includes(name) ?? true))
    .sort()
    .slice(0, MAX_ENVIRONMENTS);
  for (const environment of environments) {
    let last = environment === fromEnvironment ? fromName : undefined;
    for (;;) {
      const page = await ports.store.workloads(
        { project, environment },
        { labels: select.labels, after: last, limit: PAGE },
      );
      for (const workload of page) if (select.workloads?.includes(workload.name) ?? true) yield workload;
      if (page.length < PAGE) break;
      last = page.at(-1)?.name;
    }
  }
}
