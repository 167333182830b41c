import { expect, test } from "vitest";
import type { Draw, Offer } from "../../src/domain/offer.ts";
import type { Unit } from "../../src/domain/plan.ts";
import { replicasIn } from "../../src/domain/replicas-in.ts";
import type { Bench } from "./contract.ts";
import { call, needs } from "./fixtures.ts";

/** What every adapter guarantees of the rooms that its offers share with others. */
export function roomContract(bench: () => Bench, started: () => Promise<Unit>): void {
  const asked = async () => await bench().adapter.offers(needs(), call());

  test("the rooms that offers share are told each time by the same names, of which none could be a secret", async () => {
    const first = poolsOf(await asked());
    expect([...new Set(first.flat())].toSorted()).toEqual(bench().rooms.toSorted());
    expect(poolsOf(await asked())).toEqual(first);
    // A kind, and ids of an account, a place and a quota, as people read them.
    for (const pool of first.flat()) expect(pool).toMatch(/^(agents|aci|ecs|sandbox)(\/[\w-]{1,40}){1,6}$/);
  });

  test("beside what the workload holds, no more of it fits than each room has left, in whole amounts", async () => {
    const check = async (held: number) => {
      for (const { capacityReplicas = Infinity, shape, draws = [] } of await asked())
        for (const draw of draws) {
          for (const amount of amountsOf(draw)) expect(Number.isInteger(amount) && amount >= 0).toBe(true);
          expect(amountsOf(draw).length).toBeGreaterThan(0);
          expect(capacityReplicas - held, draw.pool).toBeLessThanOrEqual(replicasIn(shape, [draw]));
        }
    };
    await check(0);
    const { replicas } = await started();
    await bench().settle();
    await check(replicas.min);
  });
}

const poolsOf = (offers: readonly Offer[]) =>
  offers.map(({ draws = [] }) => draws.map(({ pool }) => pool).toSorted());

const amountsOf = ({ replicas, milliCpu, memoryMiB }: Draw): readonly number[] =>
  [replicas, milliCpu, memoryMiB].filter((amount) => amount !== undefined);
