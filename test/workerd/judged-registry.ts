import * as real from "../../src/adapters/registry.ts";
import { judgeSimulated } from "../contracts/judge-simulated.ts";
import "./google-contract.ts";

export * from "../../src/adapters/registry.ts";

/** The real factories, with the judge of the tests over the sandboxes: the Worker under test runs in the isolate of its tests. */
export const adapterFactories: typeof real.adapterFactories = (ports) =>
  real.adapterFactories({ ...ports, sandboxJudge: judgeSimulated });
