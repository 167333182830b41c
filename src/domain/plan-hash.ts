import { canonicalJson, sha256Hex } from "./canonical-json.ts";
import type { Plan, Unit } from "./plan.ts";

/**
 * The content hash of everything that somebody who approves a plan agrees to, hex SHA-256: what would run, where, how it gets there,
 * what it costs, from which state of the workload and under which policies. Not who asked, nor when, nor the dates of prices.
 */
export function planHash(plan: Plan): string {
  const { project, environment, workload, generation, parent, trigger } = plan;
  const { units, stops, route, rollout, revision, price, explanation } = plan;
  return sha256Hex(
    canonicalJson({
      from: { project, environment, workload, generation, parent, trigger },
      what: { units: units.map(contentOf), stops, route, rollout, revision },
      price: price && {
        floorUsd: price.floorUsd,
        expectedUsd: price.expectedUsd,
        ceilingUsd: price.ceilingUsd,
      },
      layers: explanation.layers ?? [],
      overrides: explanation.overrides,
    }),
  );
}

// Ids hold a random part until the workload exists; what they stand for is all there.
function contentOf({ id: _id, name: _name, ...content }: Unit): Omit<Unit, "id" | "name"> {
  return content;
}
