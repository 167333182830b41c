import type { Meter, MeterFact } from "./ledger.ts";
import { meter, type Metered, type Reprice, withFact } from "./meter.ts";
import { endsUntil, keyOfUnit, settle } from "./settle.ts";

/** What the ledger must hold of one unit. */
export interface MeteredUnit extends Metered {
  readonly unit: Pick<Meter, "project" | "environment" | "workload" | "unit">;
}

/**
 * Takes the facts of one project in, in the order they were written. Whenever one of them changes what a unit uses, and whenever a
 * discount or commitment begins, changes or ends, what each unit pays is settled anew, from that moment on. `meters` are those of every
 * unit that stands, where the account has rates of its own. However facts are cut into passes, every moment is charged the same; a cut
 * through what happens at one moment may leave a row in two. Pure.
 */
export function meterProject(
  meters: readonly Meter[],
  facts: readonly MeterFact[],
  reprice: Reprice,
): readonly MeteredUnit[] {
  const before = new Map(meters.map((one) => [keyOfUnit(one), one]));
  const standing = new Map(before);
  const events = new Map<string, MeterFact[]>();
  const takeIn = (fact: MeterFact): void => {
    const key = keyOfUnit(fact);
    const known = events.get(key);
    if (known === undefined) events.set(key, [fact]);
    else known.push(fact);
    if (fact.event.kind === "gone") standing.delete(key);
    else standing.set(key, withFact(standing.get(key), fact, reprice));
  };
  for (const [index, fact] of facts.entries()) {
    const { seq, at } = fact;
    for (const end of endsUntil(standing, at)) settle(standing, { at: end, seq }).forEach(takeIn);
    takeIn(fact);
    // What happens at once is settled at once.
    if (facts[index + 1]?.at !== at) settle(standing, fact).forEach(takeIn);
  }
  return [...events].flatMap(([key, of]) => {
    const [first] = of;
    if (first === undefined) return [];
    const { project, environment, workload, unit } = first;
    return [{ unit: { project, environment, workload, unit }, ...meter(before.get(key), of, reprice) }];
  });
}
