import type { Adapter } from "../../src/adapters/adapter.ts";
import type { Sighting } from "../../src/domain/observation.ts";

export type Verb = "offers" | "apply" | "observe" | "destroy" | "run-start" | "run-observe" | "run-stop";

/** One call to a provider: what was asked, of which target, and for which unit, or the name of which try; a look is for many. */
export interface ProviderCall {
  readonly verb: Verb;
  readonly target: string;
  readonly unit: string | undefined;
}

/** What becomes of a call: an error thrown before it is made, or after it has taken effect; nothing lets it be. */
export interface Interference {
  readonly before?: (call: ProviderCall) => Promise<void> | void;
  readonly after?: (call: ProviderCall) => Promise<void> | void;
  /** A look as it reaches the broker, for one that sees only a part. */
  readonly sighting?: (sighting: Sighting, target: string) => Sighting;
}

/** The same adapter with its calls noted, and interfered with as `interference` says at the time of each. */
export function recorded(
  adapter: Adapter,
  target: string,
  calls: ProviderCall[],
  interference: () => Interference,
): Adapter {
  const around = async <T>(verb: Verb, unit: string | undefined, run: () => Promise<T>): Promise<T> => {
    const call = { verb, target, unit };
    calls.push(call);
    await interference().before?.(call);
    const answer = await run();
    await interference().after?.(call);
    return answer;
  };
  const { runs } = adapter;
  return {
    ...adapter,
    ...(runs === undefined
      ? {}
      : {
          runs: {
            start: (unit, run, call) => around("run-start", run.name, () => runs.start(unit, run, call)),
            observe: (tries, call) => around("run-observe", undefined, () => runs.observe(tries, call)),
            stop: (unit, run, call) => around("run-stop", run.name, () => runs.stop(unit, run, call)),
          },
        }),
    offers: (needs, call) => around("offers", undefined, () => adapter.offers(needs, call)),
    apply: (unit, call) => around("apply", unit.id, () => adapter.apply(unit, call)),
    destroy: (ref, call) => around("destroy", ref.id, () => adapter.destroy(ref, call)),
    observe: (known, call) =>
      around("observe", undefined, async () => {
        const sighting = await adapter.observe(known, call);
        return interference().sighting?.(sighting, target) ?? sighting;
      }),
  };
}
