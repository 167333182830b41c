import { Fault } from "../domain/fault.ts";
import { needsOf } from "../domain/needs-of.ts";
import { type Repricing, reprice } from "../policy/simulate/reprice.ts";
import { effectOn, type SubjectEffect } from "../policy/simulate/simulate.ts";
import type { Workload } from "../store/store.ts";
import { withScale } from "./draft.ts";
import { documentInForce, readLineage } from "./lineage.ts";
import { askFor } from "./place-spec.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { readSpec } from "./read-spec.ts";

/** What a change would make of a workload, or why that cannot be told; what must be known beside either, each a sentence. */
export interface Judged {
  readonly environment: string;
  readonly workload: string;
  readonly effect?: SubjectEffect | undefined;
  /** Why it cannot be judged; absent with no effect for one that is being removed, which no policy moves. */
  readonly because?: string | undefined;
  readonly warnings: readonly string[];
}

/** What a simulation changes. */
export interface Change {
  readonly repricing?: Repricing | undefined;
}

/** Place a workload anew, as things stand and with the change. Writes nothing. */
export async function judgeWorkload(
  ports: Ports,
  caller: Caller,
  { environment, name }: Workload,
  change: Change,
): Promise<Judged> {
  const at = { environment, workload: name };
  try {
    return { ...at, ...(await effectIn(ports, { ...caller, environment }, name, change)) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ...at, because: error.message, warnings: [] };
  }
}

async function effectIn(
  ports: Ports,
  caller: Caller,
  name: string,
  { repricing }: Change,
): Promise<Pick<Judged, "effect" | "warnings">> {
  const { environment } = caller;
  const lineage = await readLineage(ports.store, scopeOf(caller), name);
  if (lineage.workload === undefined || lineage.inForce?.trigger === "destroy") return { warnings: [] };
  const document = await documentInForce(ports.store, scopeOf(caller), lineage);
  const read = await readSpec(ports, caller, document, name);
  const overrides = await ports.store.overrides(scopeOf(caller), name, ports.now());
  const spec = withScale(read.spec, overrides.findLast((override) => override.scale !== undefined)?.scale);
  const request = { ...read, spec, trigger: "deploy", reason: "simulation", fresh: false } as const;
  const { inputs, refused } = await askFor(ports, caller, lineage, request, overrides, needsOf(spec));
  const repriced = repricing && reprice(inputs.offers, inputs.needs, repricing);
  const silent = refused.flatMap(({ reasons }) =>
    reasons.flatMap(({ rule, message }) => (rule === "target" ? [`not counted: ${message}`] : [])),
  );
  const kept = (repriced?.kept ?? []).map(
    ({ id }) => `${id} keeps its price: it was not made from the price book alone`,
  );
  return {
    effect: effectOn({
      environment,
      workload: name,
      before: inputs,
      after: { ...inputs, offers: repriced?.offers ?? inputs.offers },
    }),
    warnings: [...silent, ...kept],
  };
}
