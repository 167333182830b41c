import { measuredOf, measuredWindow, withMeasured } from "../domain/measured.ts";
import type { Needs } from "../domain/needs.ts";
import { needsOf } from "../domain/needs-of.ts";
import type { Spec } from "../domain/spec.ts";
import type { Lineage } from "./lineage.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";

/** What a spec needs, its usage the greater of its hint and of what the gateways carried to the workload of late. */
export async function measuredNeeds(
  ports: Pick<Ports, "store" | "now">,
  caller: Caller,
  { workload }: Pick<Lineage, "workload">,
  spec: Spec,
): Promise<Needs> {
  const needs = needsOf(spec);
  const window = workload === undefined ? undefined : measuredWindow(workload.createdAt, ports.now());
  if (window === undefined || spec.route === undefined) return needs;
  const days = await ports.store.traffic(scopeOf(caller), spec.name, window.from, window.until);
  return withMeasured(needs, measuredOf(days, window));
}
