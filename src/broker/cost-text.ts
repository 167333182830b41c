import { Fault } from "../domain/fault.ts";
import type { ReadLedgerRow } from "../domain/ledger.ts";
import { daysOf, type DaySpend, picoText } from "../domain/spend.ts";
import type { CostGroup, CostRange } from "./cost-groups.ts";
import { iso } from "./instants.ts";
import { DAY_MS, monthOf } from "./months.ts";
import type { Project } from "../store/instance.ts";

/** Lines of one file: more is asked for in shorter periods. */
const MAX_LINES = 50_000;

/** Groups as CSV (RFC 4180), one line each, amounts in USD. */
export function groupsCsv(groupBy: string, groups: readonly CostGroup[]): string {
  const head = [groupBy, "usd", "listUsd", "meteredUsd", "estimatedUsd", "billedUsd"];
  const rows = groups.map(({ key, effective, list, metered, estimated, billed }) => [
    key,
    ...[effective, list, metered, estimated, billed].map(picoText),
  ]);
  return csv([head, ...rows]);
}

/**
 * Every charge of every day in the columns of FOCUS 1.0 (FinOps Open Cost and Usage Specification, focus.finops.org); columns that
 * begin with `x_` are Berth's own, as the specification has it. Nothing is invoiced through Berth: `x_Basis` says how sure a line is.
 * Throws `invalid-query` when there are too many for one file.
 */
export function focusCsv(
  rows: readonly ReadLedgerRow[],
  range: CostRange,
  project: Pick<Project, "id" | "name">,
): string {
  const lines: (readonly string[])[] = [];
  for (const row of rows)
    for (const day of daysOf(row, range)) {
      lines.push(FOCUS.map(([, read]) => read(row, day, project)));
      if (lines.length > MAX_LINES) throw tooMany();
    }
  return csv([FOCUS.map(([name]) => name), ...lines]);
}

type Column = readonly [
  name: string,
  read: (row: ReadLedgerRow, day: DaySpend, project: Pick<Project, "id" | "name">) => string,
];

const EMPTY = () => "";
const SERVICES = {
  ecs: "AWS Fargate",
  aci: "Azure Container Instances",
  "cloud-run": "Cloud Run",
  agents: "Own hosts",
} as const;
const PROVIDERS = { ecs: "AWS", aci: "Microsoft", "cloud-run": "Google Cloud", agents: "Own hosts" } as const;

const provider = (row: ReadLedgerRow): string => PROVIDERS[row.provider];

const FOCUS: readonly Column[] = [
  ["AvailabilityZone", EMPTY],
  ["BilledCost", (_row, day) => picoText(day.effective)],
  ["BillingAccountId", (row) => row.target ?? ""],
  ["BillingAccountName", (row) => row.target ?? ""],
  ["BillingCurrency", () => "USD"],
  ["BillingPeriodEnd", (_row, { day }) => iso(monthOf(day).to)],
  ["BillingPeriodStart", (_row, { day }) => iso(monthOf(day).from)],
  ["ChargeCategory", (row) => (row.perSecond.startsWith("-") ? "Credit" : "Usage")],
  ["ChargeClass", EMPTY],
  ["ChargeDescription", (row) => `${row.meter} of ${row.workload} (${row.part} ${row.basis})`],
  ["ChargeFrequency", () => "Usage-Based"],
  ["ChargePeriodEnd", (_row, { day }) => iso(day + DAY_MS)],
  ["ChargePeriodStart", (_row, { day }) => iso(day)],
  ["CommitmentDiscountCategory", EMPTY],
  ["CommitmentDiscountId", EMPTY],
  ["CommitmentDiscountName", EMPTY],
  ["CommitmentDiscountStatus", EMPTY],
  ["CommitmentDiscountType", EMPTY],
  ["ConsumedQuantity", (_row, day) => picoText(day.quantity)],
  ["ConsumedUnit", (row) => row.measure],
  ["ContractedCost", (_row, day) => picoText(day.effective)],
  ["ContractedUnitPrice", (row) => row.effectiveUsd],
  ["EffectiveCost", (_row, day) => picoText(day.effective)],
  ["InvoiceIssuerName", provider],
  ["ListCost", (_row, day) => picoText(day.list)],
  ["ListUnitPrice", (row) => row.listUsd],
  ["PricingCategory", () => "Standard"],
  ["PricingQuantity", (_row, day) => picoText(day.quantity)],
  ["PricingUnit", (row) => row.measure],
  ["ProviderName", provider],
  ["PublisherName", provider],
  ["RegionId", (row) => row.region],
  ["RegionName", (row) => row.region],
  ["ResourceId", (row) => row.unit],
  ["ResourceName", (row) => row.workload],
  ["ResourceType", () => "Container"],
  ["ServiceCategory", () => "Compute"],
  ["ServiceName", (row) => SERVICES[row.provider]],
  ["SkuId", (row) => row.rateId?.split("@")[0] ?? ""],
  ["SkuPriceId", (row) => row.rateId ?? ""],
  ["SubAccountId", (_row, _day, project) => project.id],
  ["SubAccountName", (_row, _day, project) => project.name],
  ["Tags", (row) => JSON.stringify(row.labels)],
  ["x_Basis", (row) => row.basis],
  ["x_Environment", (row) => row.environment],
  ["x_Meter", (row) => row.meter],
  ["x_Part", (row) => row.part],
];

function csv(lines: readonly (readonly string[])[]): string {
  return lines.map((line) => `${line.map(cell).join(",")}\r\n`).join("");
}

// A label may hold anything a spreadsheet would take for a formula, so such a cell is told to be text; amounts are left alone.
function cell(text: string): string {
  const safe = /^[=+@\t\r]|^-(?!\d)/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

function tooMany(): Fault {
  return new Fault("invalid-query", `That is more than ${MAX_LINES} lines: ask for fewer days.`, {
    problems: [{ pointer: "?from", message: "ask for fewer days, or name environment or workload" }],
  });
}
