import type { Project } from "../store/instance.ts";
import type { Charge } from "./cost-charges.ts";
import { type Service, serviceOf } from "../catalog/billed-service.ts";
import { focusUnit } from "./cost-units.ts";
import { DAY_MS } from "./months.ts";

/** A column, and what it says of a charge of a project; empty is null. */
export type FocusColumn = readonly [
  name: string,
  read: (charge: Charge, project: Pick<Project, "id" | "name">) => string,
];

const EMPTY = () => "";
const PROVIDERS = { ecs: "AWS", aci: "Microsoft", "cloud-run": "Google Cloud", agents: "Own hosts" } as const;
/** What a target is an account of. */
const ACCOUNTS = {
  ecs: "AWS account",
  aci: "Azure subscription",
  "cloud-run": "Google Cloud project",
  agents: "Pool of hosts",
} as const;

const provider = (charge: Charge): string => PROVIDERS[charge.provider];
const account = ({ target, provider }: Charge): string => target ?? provider;
const service = ({ provider, meter }: Charge): Service => serviceOf(provider, meter);
// To the second: every charge is of whole days.
const instant = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, "2026-11-23T00:00:00".length)}Z`;
const isUsage = ({ category }: Charge): boolean => category === "Usage";
const isCommitted = ({ pricing }: Charge): boolean => pricing === "Committed";
/** What has a price has an SKU; a rate that is of no price list goes by its place and meter. */
const skuPrice = ({ rateId, provider, region, meter, quantity }: Charge): string =>
  quantity === "" ? "" : rateId || `${provider}/${region}/${meter}`;
// One SKU has several prices: by day, and on Spot.
const sku = (charge: Charge): string => (skuPrice(charge).split("@")[0] ?? "").replace("/spot-", "/");

/**
 * The columns of FOCUS 1.2 (FinOps Open Cost and Usage Specification, github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec, tag v1.2,
 * specification/columns), those of 1.0 among them; columns that begin with `x_` are Berth's own, as the specification has it. `x_Basis` says
 * how sure a line is.
 */
export const FOCUS_COLUMNS: readonly FocusColumn[] = [
  ["AvailabilityZone", EMPTY],
  ["BilledCost", ({ billedUsd }) => billedUsd],
  ["BillingAccountId", account],
  ["BillingAccountName", account],
  ["BillingAccountType", ({ provider }) => ACCOUNTS[provider]],
  ["BillingCurrency", () => "USD"],
  ["BillingPeriodEnd", ({ month }) => instant(month.to)],
  ["BillingPeriodStart", ({ month }) => instant(month.from)],
  ["ChargeCategory", ({ category }) => category],
  ["ChargeClass", ({ chargeClass }) => chargeClass],
  ["ChargeDescription", ({ meter, workload, part, basis }) => `${meter} of ${workload} (${part} ${basis})`],
  ["ChargeFrequency", (charge) => (isUsage(charge) ? "Usage-Based" : "One-Time")],
  ["ChargePeriodEnd", ({ day }) => instant(day + DAY_MS)],
  ["ChargePeriodStart", ({ day }) => instant(day)],
  ["CommitmentDiscountCategory", ofCommitment(() => "Spend")],
  ["CommitmentDiscountId", ofCommitment(({ provider }, { id }) => `${id}/${provider}`)],
  [
    "CommitmentDiscountName",
    ofCommitment((charge, { name }) => `Commitments of ${name} at ${provider(charge)}`),
  ],
  ["CommitmentDiscountQuantity", ofCommitment(({ contractedUsd }) => contractedUsd)],
  ["CommitmentDiscountStatus", ofCommitment(() => "Used")],
  ["CommitmentDiscountType", ofCommitment(() => "Account rates")],
  ["CommitmentDiscountUnit", ofCommitment(() => "USD")],
  ["ConsumedQuantity", (charge) => (isUsage(charge) ? charge.quantity : "")],
  ["ConsumedUnit", (charge) => (isUsage(charge) ? focusUnit(charge.measure) : "")],
  ["ContractedCost", ({ contractedUsd }) => contractedUsd],
  ["ContractedUnitPrice", ({ contractedRate }) => contractedRate],
  ["EffectiveCost", ({ effectiveUsd }) => effectiveUsd],
  ["InvoiceIssuerName", provider],
  ["ListCost", ({ listUsd }) => listUsd],
  ["ListUnitPrice", ({ listRate }) => listRate],
  ["PricingCategory", ({ pricing }) => pricing],
  ["PricingQuantity", ({ quantity }) => quantity],
  ["PricingUnit", ({ measure }) => focusUnit(measure)],
  ["ProviderName", provider],
  ["PublisherName", provider],
  ["RegionId", ({ region }) => region],
  ["RegionName", ({ region }) => region],
  ["ResourceId", ({ unit }) => unit],
  ["ResourceName", ({ workload }) => workload],
  ["ResourceType", () => "Container"],
  ["ServiceCategory", (charge) => service(charge).category],
  ["ServiceName", (charge) => service(charge).name],
  ["ServiceSubcategory", (charge) => service(charge).subcategory],
  ["SkuId", sku],
  ["SkuMeter", (charge) => (sku(charge) === "" ? "" : charge.meter)],
  ["SkuPriceDetails", EMPTY],
  ["SkuPriceId", skuPrice],
  ["SubAccountId", (_charge, project) => project.id],
  ["SubAccountName", (_charge, project) => project.name],
  ["Tags", ({ labels }) => JSON.stringify(labels)],
  ["x_Basis", ({ basis }) => basis],
  ["x_BilledEffectiveCost", ({ billedEffectiveUsd }) => billedEffectiveUsd],
  ["x_Environment", ({ environment }) => environment],
  ["x_Meter", ({ meter }) => meter],
  ["x_MeteredCost", ({ meteredUsd }) => meteredUsd],
  ["x_Part", ({ part }) => part],
];

// Commitments of one provider are one pool, whichever of them it is made of.
function ofCommitment(read: FocusColumn[1]): FocusColumn[1] {
  return (charge, project) => (isCommitted(charge) ? read(charge, project) : "");
}
