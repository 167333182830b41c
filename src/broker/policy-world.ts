import type { PolicyWorld } from "../policy/declared.ts";
import type { Ports } from "./ports.ts";
import { providerOf } from "./target-provider.ts";

/** What policies are held against: the regions of the catalog and, for one project, the targets it may use. */
export async function policyWorld(
  ports: Pick<Ports, "store" | "books">,
  project: string | undefined,
): Promise<PolicyWorld> {
  const { regions } = ports.books.current();
  if (project === undefined) return { regions };
  const targets = await ports.store.targets(project);
  return { regions, targets: targets.map((target) => ({ name: target.name, provider: providerOf(target) })) };
}
