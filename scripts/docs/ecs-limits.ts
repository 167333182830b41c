import { bucketOf, OPERATIONS } from "../../src/adapters/ecs/quotas.ts";
import type { Operation } from "../../src/adapters/ecs/api.ts";
import { table } from "./table.ts";

/** Every call the ECS adapter makes, by the limit it is held to in each account and region. */
export function ecsLimits(): string {
  const rows = new Map<
    string,
    { readonly operations: string[]; readonly burst: number; readonly perSecond: number }
  >();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a record over all operations
  for (const operation of Object.keys(OPERATIONS) as Operation[]) {
    const { key, burst, perSecond } = bucketOf("account", "region", operation);
    const row = rows.get(key) ?? { operations: [], burst, perSecond };
    row.operations.push(operation);
    rows.set(key, row);
  }
  return table(
    ["calls", "at once", "a second"],
    [...rows.values()].map(({ operations, burst, perSecond }) => [
      operations.join(", "),
      String(burst),
      String(perSecond),
    ]),
  );
}
