import type { SimulatedView, SimulationView } from "../../src/cli/api-simulation.ts";

const IRELAND = {
  offer: "aws/ecs/eu-west-1/a",
  places: [{ provider: "ecs", target: "aws", region: "eu-west-1" }],
  billing: "on-demand",
  expectedUsd: "21.60",
} as const;
const BELGIUM = {
  offer: "gcp/cloud-run/europe-west1/a",
  places: [{ provider: "cloud-run", target: "gcp", region: "europe-west1" }],
  billing: "request",
  expectedUsd: "8.415",
} as const;

const MOVES: SimulatedView = {
  environment: "production",
  workload: "web",
  outcome: "moves",
  from: IRELAND,
  to: BELGIUM,
  because: "ecs/eu-west-1, where it runs now, was refused: outside | the *jurisdictions*",
  differenceUsd: "-13.185",
  violation: {
    place: IRELAND.places[0],
    reasons: [{ rule: "policy:jurisdictions", message: "outside the jurisdictions of policy eu-only: DE" }],
    already: false,
  },
};
const REPRICED: SimulatedView = {
  environment: "staging",
  workload: "api",
  outcome: "repriced",
  from: IRELAND,
  to: { ...IRELAND, expectedUsd: "21.604" },
  because: "ecs/eu-west-1 still ranks best",
  differenceUsd: "0.004",
};
const HOMELESS: SimulatedView = {
  environment: "production",
  workload: "jobs",
  outcome: "unplaceable",
  from: IRELAND,
  because: "no place can take it",
  unplaceable: {
    already: true,
    groups: [
      { offers: 3, reasons: [{ rule: "policy:spot", message: "Spot <b>is</b> forbidden @everyone" }] },
    ],
  },
};

/** A simulation with one of each kind. */
export const SIMULATION: SimulationView = {
  policy: "eu-only",
  over: "fleet",
  changes: ["with the document sent"],
  totals: {
    workloads: 42,
    unchanged: 39,
    repriced: 1,
    moves: 1,
    unplaceable: 1,
    violations: 1,
    beforeUsd: "812.00",
    afterUsd: "798.819",
    differenceUsd: "-13.181",
  },
  changed: [REPRICED, MOVES, HOMELESS],
  warnings: ["not counted: home: did not answer"],
  missing: [{ environment: "production", workload: "odd", because: "The spec has a problem." }],
  complete: false,
  next: "staging/api",
};

/** The same where nothing would change. */
export const NOTHING: SimulationView = {
  ...SIMULATION,
  totals: {
    ...SIMULATION.totals,
    unchanged: 42,
    repriced: 0,
    moves: 0,
    unplaceable: 0,
    violations: 0,
    afterUsd: "812.00",
    differenceUsd: "0",
  },
  changed: [],
  warnings: [],
  missing: [],
  complete: true,
};
