import { z } from "zod";
import { deleteBudget, listBudgets, putBudget, readBudget } from "../broker/budgets.ts";
import type { Ports } from "../broker/ports.ts";
import { LADDER_STEPS } from "../domain/budget.ts";
import { isDecimal } from "../domain/money.ts";
import { json, noContent } from "./answer.ts";
import { id, instant, labels } from "./bodies.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { jsonBody } from "./json-body.ts";
import { etagOf, expectedCount } from "./preconditions.ts";

const write = endpoint<Ports>();

/** The same bound as for any money of a policy: more is a slip of the keyboard. */
const MAX_USD = 1_000_000_000;
/** A cent: less would allow nothing at all once it is counted in millionths. */
const MIN_USD = 0.01;
const MAX_PERCENT = 1_000;
const MAX_RUNGS = 20;
/** A week: a grace that is longer ends with its month anyway. */
const MAX_GRACE_MINUTES = 10_080;
const MAX_ENVIRONMENTS = 500;

const Budget = z.strictObject({
  usdPerMonth: z
    .string()
    .refine((text) => isDecimal(text) && Number(text) >= MIN_USD && Number(text) <= MAX_USD, {
      message: `must be USD as a decimal from ${MIN_USD} to ${MAX_USD}, such as "250.00"`,
    })
    .describe("USD for each calendar month, UTC."),
  select: z
    .strictObject({
      environments: z.array(id).min(1).max(MAX_ENVIRONMENTS).optional(),
      workloads: labels.optional().describe("Labels that a workload must all have."),
    })
    .optional()
    .describe("What counts towards it; everything of the project where it is left out."),
  ladder: z
    .array(
      z.strictObject({
        atPercent: z.int().min(1).max(MAX_PERCENT),
        do: z.enum(LADDER_STEPS),
        graceMinutes: z
          .int()
          .min(0)
          .max(MAX_GRACE_MINUTES)
          .optional()
          .describe("Between announcing and doing it; default 60 for scale-down, move and stop, else 0."),
      }),
    )
    .max(MAX_RUNGS)
    .optional()
    .describe("Default: warn at 80, block-new at 100. The others happen only when named."),
  overrideUntil: instant.optional().describe("Until then it only warns."),
});

/** Budgets, and what they did. */
export const budgetEndpoints: readonly Endpoint<Ports>[] = [
  write({
    method: "GET",
    path: "/v1/budgets",
    guard: "budgets:read",
    runs: "control",
    tag: "costs",
    summary: "List budgets",
    description: "Each with what was spent and reserved, and what its ladder did this month.",
    answers: { 200: { description: "The budgets, by name.", schema: "BudgetList" } },
    handler: async ({ ports, caller }) => json(200, { budgets: await listBudgets(ports, caller) }),
  }),
  write({
    method: "GET",
    path: "/v1/budgets/{name}",
    guard: "budgets:read",
    runs: "control",
    tag: "costs",
    summary: "Read a budget",
    answers: { 200: { description: "The budget. Its ETag is its version.", schema: "Budget" } },
    handler: async ({ ports, caller, params }) => {
      const budget = await readBudget(ports, caller, params.name);
      return json(200, budget, { etag: etagOf(budget.version) });
    },
  }),
  write({
    method: "PUT",
    path: "/v1/budgets/{name}",
    guard: "budgets:write",
    runs: "control",
    tag: "costs",
    matches: "version",
    summary: "Make or change a budget",
    description:
      "Plans reserve their time-based lines at scale.max; what would lift them together above the share at which the ladder has block-new (capUsd of the answer) is refused with 409 budget-exceeded. A ladder without block-new refuses no deploy: it acts on what was spent. Requests and traffic are forecast only, and act with delay.",
    body: jsonBody(Budget),
    answers: {
      200: { description: "Changed.", schema: "Budget" },
      201: { description: "Made.", schema: "Budget" },
    },
    handler: async ({ ports, caller, params, body, request }) => {
      const { select = {}, overrideUntil, usdPerMonth, ladder } = body;
      const wanted = { usdPerMonth, select, ladder, overrideUntil };
      const { budget, created } = await putBudget(
        ports,
        caller,
        params.name,
        wanted,
        expectedCount(request.headers),
      );
      return json(created ? 201 : 200, budget, { etag: etagOf(budget.version) });
    },
  }),
  write({
    method: "DELETE",
    path: "/v1/budgets/{name}",
    guard: "budgets:write",
    runs: "control",
    tag: "costs",
    summary: "Delete a budget",
    description: "What its ladder laid over workloads stays until somebody clears it.",
    answers: { 204: { description: "Deleted." } },
    handler: async ({ ports, caller, params }) => {
      await deleteBudget(ports, caller, params.name);
      return noContent();
    },
  }),
];
