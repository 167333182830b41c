import { Fault } from "../domain/fault.ts";
import type { Charge } from "./cost-charges.ts";
import { type CostGroup, spendView } from "./cost-groups.ts";
import { iso } from "./instants.ts";
import { DAY_MS } from "./months.ts";
import type { Project } from "../store/instance.ts";

/** Lines of one file: more is asked for in shorter periods. */
const MAX_LINES = 50_000;

/** Groups as CSV (RFC 4180), one line each, amounts in USD; what bills say is empty where there is none. */
export function groupsCsv(groupBy: string, groups: readonly CostGroup[]): string {
  const rows = groups.map(({ key, ...spend }) => {
    const { bill, ...amounts } = spendView(spend);
    const all: Readonly<Record<string, string | undefined>> = { ...amounts, ...bill };
    return [key, ...AMOUNTS.map((name) => all[name] ?? "")];
  });
  return csv([[groupBy, ...AMOUNTS], ...rows]);
}

const AMOUNTS = [
  "usd",
  "listUsd",
  "meteredUsd",
  "estimatedUsd",
  "billedUsd",
  "comparedUsd",
  "driftUsd",
  "invoicedUsd",
  "purchaseUsd",
  "taxUsd",
  "creditUsd",
  "adjustmentUsd",
] as const;

/**
 * Charges in the columns of FOCUS 1.0 (FinOps Open Cost and Usage Specification, focus.finops.org); columns that begin with `x_` are
 * Berth's own, as the specification has it. `x_Basis` says how sure a line is. Throws `invalid-query` when there are too many for one file.
 */
export function focusCsv(charges: Iterable<Charge>, project: Pick<Project, "id" | "name">): string {
  const lines: (readonly string[])[] = [];
  for (const charge of charges) {
    lines.push(FOCUS.map(([, read]) => read(charge, project)));
    if (lines.length > MAX_LINES) throw tooMany();
  }
  return csv([FOCUS.map(([name]) => name), ...lines]);
}

type Column = readonly [
  name: string,
  read: (charge: Charge, project: Pick<Project, "id" | "name">) => string,
];

const EMPTY = () => "";
const SERVICES = {
  ecs: "AWS Fargate",
  aci: "Azure Container Instances",
  "cloud-run": "Cloud Run",
  agents: "Own hosts",
} as const;
const PROVIDERS = { ecs: "AWS", aci: "Microsoft", "cloud-run": "Google Cloud", agents: "Own hosts" } as const;

const provider = (charge: Charge): string => PROVIDERS[charge.provider];

const FOCUS: readonly Column[] = [
  ["AvailabilityZone", EMPTY],
  ["BilledCost", ({ billedUsd }) => billedUsd],
  ["BillingAccountId", ({ target }) => target ?? ""],
  ["BillingAccountName", ({ target }) => target ?? ""],
  ["BillingCurrency", () => "USD"],
  ["BillingPeriodEnd", ({ month }) => iso(month.to)],
  ["BillingPeriodStart", ({ month }) => iso(month.from)],
  ["ChargeCategory", ({ category }) => category],
  ["ChargeClass", ({ chargeClass }) => chargeClass],
  ["ChargeDescription", ({ meter, workload, part, basis }) => `${meter} of ${workload} (${part} ${basis})`],
  ["ChargeFrequency", () => "Usage-Based"],
  ["ChargePeriodEnd", ({ day }) => iso(day + DAY_MS)],
  ["ChargePeriodStart", ({ day }) => iso(day)],
  ["CommitmentDiscountCategory", EMPTY],
  ["CommitmentDiscountId", EMPTY],
  ["CommitmentDiscountName", EMPTY],
  ["CommitmentDiscountStatus", EMPTY],
  ["CommitmentDiscountType", EMPTY],
  ["ConsumedQuantity", ({ quantity }) => quantity],
  ["ConsumedUnit", ({ measure }) => measure],
  ["ContractedCost", ({ effectiveUsd }) => effectiveUsd],
  ["ContractedUnitPrice", ({ effectiveRate }) => effectiveRate],
  ["EffectiveCost", ({ effectiveUsd }) => effectiveUsd],
  ["InvoiceIssuerName", provider],
  ["ListCost", ({ listUsd }) => listUsd],
  ["ListUnitPrice", ({ listRate }) => listRate],
  ["PricingCategory", () => "Standard"],
  ["PricingQuantity", ({ quantity }) => quantity],
  ["PricingUnit", ({ measure }) => measure],
  ["ProviderName", provider],
  ["PublisherName", provider],
  ["RegionId", ({ region }) => region],
  ["RegionName", ({ region }) => region],
  ["ResourceId", ({ unit }) => unit],
  ["ResourceName", ({ workload }) => workload],
  ["ResourceType", () => "Container"],
  ["ServiceCategory", () => "Compute"],
  ["ServiceName", ({ provider }) => SERVICES[provider]],
  ["SkuId", ({ rateId }) => rateId.split("@")[0] ?? ""],
  ["SkuPriceId", ({ rateId }) => rateId],
  ["SubAccountId", (_charge, project) => project.id],
  ["SubAccountName", (_charge, project) => project.name],
  ["Tags", ({ labels }) => JSON.stringify(labels)],
  ["x_Basis", ({ basis }) => basis],
  ["x_BilledEffectiveCost", ({ billedEffectiveUsd }) => billedEffectiveUsd],
  ["x_Environment", ({ environment }) => environment],
  ["x_Meter", ({ meter }) => meter],
  ["x_Part", ({ part }) => part],
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
