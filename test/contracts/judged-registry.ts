import * as real from "../../src/adapters/registry.ts";
import { BROKEN, JUDGED } from "./broken-line.ts";
import { simulatedJudge } from "./judge-simulated.ts";

export * from "../../src/adapters/registry.ts";

console.error(JUDGED);

/** The real factories, with a judge over the sandboxes that says on stderr what breaks a contract. */
export const adapterFactories: typeof real.adapterFactories = (ports) =>
  real.adapterFactories({
    ...ports,
    sandboxJudge: simulatedJudge((violations, contract) => {
      for (const violation of violations) console.error(`${BROKEN}${contract}: ${violation}`);
      throw new Error(violations.join("\n"));
    }),
  });
