import { type Adapter, unitRef } from "../../../src/adapters/adapter.ts";
import type { Unit } from "../../../src/domain/plan.ts";
import { call } from "../fixtures.ts";
import type { EcsWorld } from "./world.ts";

/** Asks for a unit's removal, a second apart, until it is gone or was asked for ten times. */
export async function gone(
  world: EcsWorld,
  unit: Unit,
  adapter: Adapter = world.adapter,
): Promise<"gone" | "going"> {
  let answer = await adapter.destroy(unitRef(unit), call());
  for (let asks = 0; asks < 10 && answer === "going"; asks += 1) {
    world.time.pass(1_000);
    answer = await adapter.destroy(unitRef(unit), call());
  }
  return answer;
}
