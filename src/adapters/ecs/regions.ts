import { AdapterError } from "../../domain/fault.ts";
import type { Cloud } from "./cloud.ts";
import type { EcsRegion } from "./config.ts";

/** What each region of a target answered, and which did not, in the target's order. */
interface ByRegion<T> {
  readonly answers: readonly { readonly region: EcsRegion; readonly answer: T }[];
  readonly errors: readonly { readonly region: EcsRegion; readonly error: AdapterError }[];
}

/** Asks every region of a target at once: their limits are their own, and none waits for another that does not answer. */
export async function inEachRegion<T>(
  { config }: Pick<Cloud, "config">,
  ask: (region: EcsRegion) => Promise<T>,
): Promise<ByRegion<T>> {
  const settled = await Promise.all(
    config.regions.map(async (region) => {
      try {
        return { region, answer: await ask(region) };
      } catch (error) {
        if (error instanceof AdapterError) return { region, error };
        throw error;
      }
    }),
  );
  return {
    answers: settled.flatMap((one) => ("answer" in one ? [{ region: one.region, answer: one.answer }] : [])),
    errors: settled.flatMap((one) =>
      "error" in one && one.error !== undefined ? [{ region: one.region, error: one.error }] : [],
    ),
  };
}
