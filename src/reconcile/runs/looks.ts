import type { Call } from "../../adapters/adapter.ts";
import { AdapterError } from "../../domain/fault.ts";
import { runRef, type Attempt, type RunObservation } from "../../domain/run.ts";
import type { AttemptStep, RunClaim } from "../../store/store.ts";
import { setbackAfter } from "../backoff.ts";
import { CALL_DEADLINE_MS } from "../perform.ts";
import type { ReconcilePorts } from "../ports.ts";
import { stepOf } from "./step.ts";
import { tryUnit } from "./try-unit.ts";
import { unitOf, verbsAt } from "./verbs-at.ts";

/** What is to be recorded of a try that is looked at; undefined where it was left out for now. Never throws: a failure is a setback. */
export type Looked = (attempt: Attempt) => Promise<AttemptStep | undefined>;

/** A try that is due for a look. */
export interface Due {
  readonly claim: RunClaim;
  readonly attempt: Attempt;
}

/** Looks at all these tries, at those of one target by one call. A target that does not answer holds up its own tries alone. */
export function lookTogether(ports: ReconcilePorts, due: readonly Due[], signal: AbortSignal): Looked {
  const asked = new Map(
    [...Map.groupBy(due, targetOf).values()].flatMap((group) => {
      const steps = lookAt(ports, group, signal);
      return group.map(({ attempt }) => [attempt, steps] as const);
    }),
  );
  return async (attempt) => (await asked.get(attempt))?.get(attempt);
}

const targetOf = ({ claim, attempt }: Due): string | undefined =>
  claim.units.find(({ unit }) => unit.id === attempt.unit)?.targetId;

async function lookAt(
  ports: ReconcilePorts,
  group: readonly Due[],
  signal: AbortSignal,
): Promise<ReadonlyMap<Attempt, AttemptStep>> {
  const said = await ask(ports, group, signal);
  // One draw for all of them: what failed together is tried again together.
  const draw = ports.draw();
  const now = ports.now();
  const troubles = new Map<Error, { readonly first: Due; readonly others: number }>();
  const steps = group.flatMap((due): readonly (readonly [Attempt, AttemptStep])[] => {
    const { attempt } = due;
    const seen = said.get(attempt.name);
    if (seen === undefined) return [];
    if (!(seen instanceof Error)) return [[attempt, stepOf(attempt, seen, now)]];
    const told = troubles.get(seen);
    troubles.set(seen, told === undefined ? { first: due, others: 0 } : { ...told, others: told.others + 1 });
    return [[attempt, { number: attempt.number, setback: setbackAfter(seen, attempt.setback, now, draw) }]];
  });
  // However many tries one trouble befalls, it is told once.
  for (const [error, { first, others }] of troubles) tell(ports, error, first, others);
  return new Map(steps);
}

/** By their names, what is said of tries that are at one target, or why nothing is. */
async function ask(
  ports: ReconcilePorts,
  group: readonly Due[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, RunObservation | Error>> {
  const call: Call = { signal: AbortSignal.any([signal, AbortSignal.timeout(CALL_DEADLINE_MS)]) };
  try {
    const tries = group.map(({ claim, attempt }) => ({ claim, attempt, at: unitOf(claim, attempt) }));
    const [first] = tries;
    if (first === undefined) return new Map();
    const verbs = await verbsAt(ports, first.at);
    const asked = tries.map(({ claim: { run }, attempt, at }) => ({
      unit: tryUnit(at.unit, run, attempt),
      run: runRef(run, attempt),
    }));
    return await verbs.observe(asked, call);
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown));
    return new Map(group.map(({ attempt }) => [attempt.name, error]));
  }
}

function tell({ log }: ReconcilePorts, error: Error, { claim: { run }, attempt }: Due, others: number): void {
  const more = others === 0 ? "" : ` and ${others} other tries`;
  const kind = error instanceof AdapterError ? error.kind : "bug";
  log("warn", `${attempt.name}${more}: ${error.message}`, { run: run.id, workload: run.workload, kind });
}
