import type { Adapter } from "../../../src/adapters/adapter.ts";
import type { AciFault } from "../../../src/adapters/aci/simulator/rules.ts";
import { unitName } from "../../../src/domain/unit-id.ts";
import type { Bench } from "../contract.ts";
import { call } from "../fixtures.ts";
import { type Subscription, writes } from "./subscription.ts";
import { aciUnit, PLACE } from "./world.ts";

/** More than all delays of the rules together. */
const SETTLED_MS = 120_000;

/** A bench over any adapter that reaches this subscription; its units are in `region`. */
export function benchOver(
  cloud: Subscription,
  adapter: Adapter,
  close: () => Promise<void>,
  region: string = PLACE.region,
): Bench {
  let made = 0;
  const add = (fault: AciFault) => {
    cloud.rules = { ...cloud.rules, faults: [...cloud.rules.faults, fault] };
  };
  const next = (changes = {}) => aciUnit((made += 1), { place: { ...PLACE, region }, ...changes });
  // Azure has Spot groups in three regions, of which the tests' own is one.
  const spot = region === PLACE.region ? ["StandardSpotCores"] : [];
  const quotas = ["ContainerGroups", "StandardCores", ...spot];
  return {
    adapter,
    unit: next,
    rooms: quotas.map((quota) => `aci/${cloud.rules.subscriptionId}/${region}/${quota}`),
    want: () => {},
    doom: () => {},
    async settle() {
      cloud.pass(SETTLED_MS);
      await Promise.resolve();
    },
    async made() {
      const units = Object.values(cloud.state.groups)
        .filter(({ goneAt }) => goneAt === undefined || goneAt > cloud.now())
        .map(({ document }) => document.tags?.["berth-unit"] ?? "");
      return await Promise.resolve([...new Set(units)].sort());
    },
    async stranger() {
      const one = next({ workload: "unknown" });
      await adapter.apply({ ...one, name: unitName(one.id) }, call());
      cloud.pass(SETTLED_MS);
      return one.id;
    },
    tries: {
      want: () => {},
      end: () => {},
      async show() {
        cloud.pass(500);
        await Promise.resolve();
      },
      // A try's group has its name; it began once for each PUT that Azure took.
      started: async () =>
        await Promise.resolve(
          writes(cloud).flatMap((one) => (one.startsWith("PUT btry") ? [one.slice("PUT ".length)] : [])),
        ),
    },
    loseAnswer: () => add({ on: "put", times: 1, how: "lost" }),
    breakDown() {
      for (const on of ["list", "get", "put", "patch", "delete", "logs", "usages"] as const)
        add({ on, times: 1_000, how: "before", status: 418, code: "NobodyKnowsThis" });
    },
    close,
  };
}
