import { COST_DIMENSIONS, type CostDimension } from "../broker/cost-groups.ts";
import { explainCosts, exportCosts, forecastCosts, listCosts } from "../broker/costs.ts";
import type { Ports } from "../broker/ports.ts";
import { Fault } from "../domain/fault.ts";
import { json } from "./answer.ts";
import { endpoint, type Endpoint } from "./define.ts";

const read = endpoint<Ports>();

const DAY = "^\\d{4}-\\d{2}-\\d{2}$";
const which = {
  environment: {
    type: "string",
    description: "Only this environment; all of them without it.",
    maxLength: 63,
  },
  workload: { type: "string", description: "Only workloads of this name.", maxLength: 63 },
  from: {
    type: "string",
    description: "First day that counts, UTC; default the first of this month.",
    pattern: DAY,
  },
  to: {
    type: "string",
    description: "First day that counts no more; default the first of the next month.",
    pattern: DAY,
  },
} as const;

/** What was spent, what will have been, and why it changed. */
export const costEndpoints: readonly Endpoint<Ports>[] = [
  read({
    method: "GET",
    path: "/v1/costs",
    guard: "costs:read",
    runs: "control",
    tag: "costs",
    summary: "Read what was spent",
    description:
      "From the ledger, by UTC day, exact: every grouping adds up to the same total. Requests and traffic are worked out from the usage hint and say so (estimatedUsd), as does Spot. Where a provider's bill was imported, billedUsd stands beside it and driftUsd is the difference; the two are never added. `format=csv` gives the groups, `format=focus` every charge of every day in the columns of FOCUS 1.2.",
    query: {
      groupBy: {
        type: "string",
        description: `By what: ${COST_DIMENSIONS.join(", ")}, or label:KEY; default workload.`,
        maxLength: 140,
      },
      ...which,
      format: { type: "string", description: "Default json.", enum: ["json", "csv", "focus"] },
      after: { type: "string", description: "Go on after this key.", maxLength: 300 },
      limit: { type: "integer", description: "Groups a page.", minimum: 1, maximum: 1_000, default: 100 },
    },
    answers: {
      200: {
        description: "One page of groups.",
        schema: "CostPage",
        mediaTypes: ["application/json", "text/csv"],
      },
    },
    handler: async ({ ports, caller, query }) => {
      const { format = "json", ...rest } = query;
      const asked = { ...rest, groupBy: dimensionOf(query.groupBy ?? "workload") };
      if (format === "json") return json(200, await listCosts(ports, caller, asked));
      const text = await exportCosts(ports, caller, { ...asked, format });
      return new Response(text, { headers: { "content-type": "text/csv; charset=utf-8" } });
    },
  }),
  read({
    method: "GET",
    path: "/v1/costs/explain",
    guard: "costs:read",
    runs: "control",
    tag: "costs",
    summary: "Explain why costs changed",
    description:
      "Two periods, and their difference split into price, usage, replicas, moves, new and removed, which add up to it exactly. Without beforeFrom and beforeTo the period before is the one of the same length just before; with one of them it is as long, too.",
    query: {
      ...which,
      beforeFrom: { type: "string", description: "First day of the period to compare with.", pattern: DAY },
      beforeTo: { type: "string", description: "Its first day that counts no more.", pattern: DAY },
      limit: {
        type: "integer",
        description: "Workloads at most, those that changed most first.",
        minimum: 1,
        maximum: 1_000,
        default: 100,
      },
    },
    answers: { 200: { description: "The change and its parts.", schema: "CostChange" } },
    handler: async ({ ports, caller, query }) => json(200, await explainCosts(ports, caller, query)),
  }),
  read({
    method: "GET",
    path: "/v1/costs/forecast",
    guard: "costs:read",
    runs: "control",
    tag: "costs",
    summary: "Forecast this month",
    description:
      "What the month will have cost at its end, by workload, with bounds and the budgets each counts towards.",
    query: { environment: which.environment },
    answers: { 200: { description: "The forecast; `how` says how it is made.", schema: "CostForecast" } },
    handler: async ({ ports, caller, query }) => json(200, await forecastCosts(ports, caller, query)),
  }),
];

const LABEL = /^label:.{1,128}$/u;

function dimensionOf(text: string): CostDimension {
  const known = COST_DIMENSIONS.find((dimension) => dimension === text);
  if (known !== undefined) return known;
  if (LABEL.test(text)) return `label:${text.slice("label:".length)}`;
  const message = `must be one of ${COST_DIMENSIONS.join(", ")}, or label:KEY`;
  throw new Fault("invalid-query", `groupBy ${message}.`, { problems: [{ pointer: "?groupBy", message }] });
}
