import { z } from "zod";
import { deleteBill, MAX_BILL_PAGES, putBill, readBills, stageBill } from "../broker/bills.ts";
import type { Ports } from "../broker/ports.ts";
import { CHARGE_CATEGORIES } from "../domain/bill.ts";
import { json, noContent } from "./answer.ts";
import { endpoint, type Endpoint } from "./define.ts";
import { jsonBody } from "./json-body.ts";

const write = endpoint<Ports>();

/** Lines of a page: with the longest of them it stays below what a body may have. */
const MAX_LINES = 500;
/** Of 160 bits as hex, the part that a provider-side name still has: 120 bits. */
const LEAST_ID_CHARS = 30;

const day = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}$/, { error: "write a day, UTC, such as 2026-10-03" })
  .describe("A day, UTC: 2026-10-03.");
const usd = z.string().regex(/^-?(?:0|[1-9]\d{0,11})(?:\.\d{1,12})?$/, {
  error: "write USD as a decimal with at most 12 places, such as 1.25",
});

const Page = z.strictObject({
  lines: z
    .array(
      z.strictObject({
        unit: z
          .string()
          .regex(new RegExp(`^[0-9a-f]{${LEAST_ID_CHARS},40}$`), {
            error: `write a unit's id, or at least the first ${LEAST_ID_CHARS} of its hex digits`,
          })
          .describe("The unit's id, which its resources carry as a tag, or how it begins."),
        day,
        meter: z.string().min(1).max(120).describe("A meter of Berth's, or the provider's service."),
        category: z.enum(CHARGE_CATEGORIES),
        effectiveUsd: usd.describe("FOCUS: EffectiveCost."),
        billedUsd: usd.describe("FOCUS: BilledCost."),
        listUsd: usd.describe("FOCUS: ListCost."),
      }),
    )
    .max(MAX_LINES),
});

const InForce = z.strictObject({
  import: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9_-]{0,61}[a-z0-9])?$/, { error: "write the name its pages were sent under" }),
  pages: z.int().min(0).max(MAX_BILL_PAGES),
  rows: z
    .int()
    .min(0)
    .max(MAX_BILL_PAGES * MAX_LINES)
    .describe("Lines that were kept, of all pages."),
  from: day.describe("First day that the bill covers."),
  to: day.describe("First day that it covers no more."),
});

/** Providers' bills, to be held against what was metered. */
export const billEndpoints: readonly Endpoint<Ports>[] = [
  write({
    method: "GET",
    path: "/v1/costs/bills/{target}",
    guard: "costs:read",
    runs: "control",
    tag: "costs",
    summary: "Read which months of a target's bill are in",
    description:
      "And by which tags the charges of this project are told from others: AWS has to be told to put tags into bills, as cost allocation tags.",
    answers: { 200: { description: "The months and the tags.", schema: "TargetBills" } },
    handler: async ({ ports, caller, params }) => json(200, await readBills(ports, caller, params.target)),
  }),
  write({
    method: "PUT",
    path: "/v1/costs/bills/{target}/{month}/imports/{import}/pages/{page}",
    guard: "costs:write",
    runs: "control",
    tag: "costs",
    summary: "Send a page of a bill",
    description:
      "Under a name of your own for the import; pages are numbered from 1. They count for nothing until the bill is put in force, and a page sent again takes its own place. Lines that are not for a unit of this project at this target are not kept, and counted in the answer.",
    query: {
      dryRun: { type: "boolean", description: "Only say what would be kept." },
    },
    body: jsonBody(Page, { plain: true }),
    answers: { 200: { description: "What was kept, and what was not.", schema: "BillPage" } },
    handler: async ({ ports, caller, params, query, body }) =>
      json(200, await stageBill(ports, caller, params, { lines: body.lines, dryRun: query.dryRun })),
  }),
  write({
    method: "PUT",
    path: "/v1/costs/bills/{target}/{month}",
    guard: "costs:write",
    runs: "control",
    tag: "costs",
    summary: "Put a bill in force",
    description:
      "In one step, in place of the one before: 409 unless its pages and lines are all there. Budgets go on by what was metered.",
    body: jsonBody(InForce),
    answers: { 200: { description: "In force.", schema: "Bill" } },
    handler: async ({ ports, caller, params, body }) => json(200, await putBill(ports, caller, params, body)),
  }),
  write({
    method: "DELETE",
    path: "/v1/costs/bills/{target}/{month}",
    guard: "costs:write",
    runs: "control",
    tag: "costs",
    summary: "Forget a bill",
    answers: { 204: { description: "Forgotten." } },
    handler: async ({ ports, caller, params }) => {
      await deleteBill(ports, caller, params);
      return noContent();
    },
  }),
];
