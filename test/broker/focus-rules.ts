import { Big } from "big.js";

/** One row of a FOCUS dataset; what is null is absent. */
export type FocusRow = Readonly<Record<string, string | undefined>>;

/** What of FOCUS 1.2 a row breaks, each with the section that has the rule (github.com/FinOps-Open-Cost-and-Usage-Spec/FOCUS_Spec, tag v1.2). */
export function breaches(row: FocusRow): readonly string[] {
  const broken = Object.entries(RULES)
    .filter(([, holds]) => !holds(row))
    .map(([name]) => name);
  const absent = COLUMNS.filter((name) => !(name in row)).map((name) => `${name} is not there`);
  const malformed = NUMBERS.filter((name) => row[name] !== undefined && !NUMBER.test(row[name]));
  return [...broken, ...absent, ...malformed.map((name) => `Numeric Format: ${name}`)];
}

const NOT_NULL = [
  "BilledCost",
  "BillingAccountId",
  "BillingCurrency",
  "BillingPeriodEnd",
  "BillingPeriodStart",
  "ChargeCategory",
  "ChargePeriodEnd",
  "ChargePeriodStart",
  "ContractedCost",
  "EffectiveCost",
  "InvoiceIssuerName",
  "ListCost",
  "ProviderName",
  "PublisherName",
  "ServiceCategory",
  "ServiceName",
  "ServiceSubcategory",
  "ChargeFrequency",
] as const;
const NUMBERS = [
  "BilledCost",
  "EffectiveCost",
  "ContractedCost",
  "ListCost",
  "ContractedUnitPrice",
  "ListUnitPrice",
  "PricingQuantity",
  "ConsumedQuantity",
  "CommitmentDiscountQuantity",
] as const;
/** Mandatory ones, and those that are conditional on what Berth's providers have: regions, commitments, prices, tags, accounts of several kinds. */
const COLUMNS = [
  ...NOT_NULL,
  ...NUMBERS,
  "BillingAccountName",
  "BillingAccountType",
  "ChargeClass",
  "ChargeDescription",
  "CommitmentDiscountCategory",
  "CommitmentDiscountId",
  "CommitmentDiscountName",
  "CommitmentDiscountStatus",
  "CommitmentDiscountType",
  "CommitmentDiscountUnit",
  "ConsumedUnit",
  "PricingCategory",
  "PricingUnit",
  "RegionId",
  "RegionName",
  "ResourceId",
  "ResourceName",
  "ResourceType",
  "SkuId",
  "SkuMeter",
  "SkuPriceDetails",
  "SkuPriceId",
  "SubAccountId",
  "SubAccountName",
  "Tags",
];

// Attribute Numeric Format: no sign for what is not negative, no separators, no symbols.
const NUMBER = /^-?\d+(?:\.\d+)?(?:E-?\d+)?$/;
// Attribute Date/Time Format.
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;
// Attribute Unit Format: `<plural-units>`, or `<singular-unit>-<plural-time-units>`.
const UNIT = /^(?:GiB|Requests|Charges|Hours|(?:vCPU|GiB|GPU|LCU|Address|Secret)-(?:Seconds|Hours|Months))$/;
// Section Service Subcategory, allowed values that Berth uses, with their parents.
const PARENTS: Readonly<Record<string, string>> = {
  Containers: "Compute",
  "Serverless Compute": "Compute",
  "Virtual Machines": "Compute",
  "Network Infrastructure": "Networking",
  "Network Connectivity": "Networking",
  "Application Networking": "Networking",
  Observability: "Management and Governance",
  "Secret Management": "Security",
  "Other (Other)": "Other",
};
/** What rounding to a millionth of a millionth of a dollar, of quantity and cost each, may differ by for a price below one dollar. */
const ROUNDED = "0.000000000002";

const is = (row: FocusRow, ...categories: readonly string[]): boolean =>
  categories.includes(row["ChargeCategory"] ?? "");
const isNull = (row: FocusRow, name: string): boolean => row[name] === undefined;
const regular = (row: FocusRow): boolean => isNull(row, "ChargeClass");
const equal = (row: FocusRow, a: string, b: string): boolean => new Big(row[a] ?? "0").eq(row[b] ?? "0");
const together = (row: FocusRow, names: readonly string[]): boolean =>
  new Set(names.map((name) => isNull(row, name))).size === 1;
/** Null for taxes; there for usage and purchases that are no corrections. */
const priced = (name: string) => (row: FocusRow) =>
  is(row, "Tax") ? isNull(row, name) : !(is(row, "Usage", "Purchase") && regular(row) && isNull(row, name));
const product = (price: string, cost: string) => (row: FocusRow) => {
  const [rate, quantity] = [row[price], row["PricingQuantity"]];
  if (rate === undefined || quantity === undefined || !regular(row)) return true;
  return new Big(rate)
    .times(quantity)
    .minus(row[cost] ?? "0")
    .abs()
    .lte(ROUNDED);
};
const unpriced = (price: string, cost: string) => (row: FocusRow) =>
  !is(row, "Credit", "Adjustment") || !isNull(row, price) || equal(row, cost, "BilledCost");
const COMMITMENT = ["Category", "Id", "Name", "Quantity", "Status", "Type", "Unit"].map(
  (part) => `CommitmentDiscount${part}`,
);

const RULES: Readonly<Record<string, (row: FocusRow) => boolean>> = {
  "columns that MUST NOT be null": (row) => NOT_NULL.every((name) => !isNull(row, name)),
  "Billing Account Type, Name: as BillingAccountId": (row) =>
    together(row, ["BillingAccountId", "BillingAccountType", "BillingAccountName"]),
  "Date/Time Format": (row) =>
    ["BillingPeriodStart", "BillingPeriodEnd", "ChargePeriodStart", "ChargePeriodEnd"].every((name) =>
      INSTANT.test(row[name] ?? ""),
    ),
  "Charge Category: allowed values": (row) => is(row, "Usage", "Purchase", "Tax", "Credit", "Adjustment"),
  "Charge Class: Correction or null": (row) => regular(row) || row["ChargeClass"] === "Correction",
  "Charge Frequency: allowed values, and no purchase by usage": (row) =>
    ["One-Time", "Recurring", "Usage-Based"].includes(row["ChargeFrequency"] ?? "") &&
    !(is(row, "Purchase") && row["ChargeFrequency"] === "Usage-Based"),
  "Consumed Quantity: null but for usage, and never null for it": (row) =>
    is(row, "Usage") ? !regular(row) || !isNull(row, "ConsumedQuantity") : isNull(row, "ConsumedQuantity"),
  "Consumed Quantity (1.0): not negative but in corrections": (row) =>
    !regular(row) || !row["ConsumedQuantity"]?.startsWith("-") || row["x_Basis"] === "billed",
  "Consumed Unit: as ConsumedQuantity": (row) => together(row, ["ConsumedQuantity", "ConsumedUnit"]),
  "Pricing Quantity: null for taxes, there for usage and purchases": priced("PricingQuantity"),
  "Pricing Unit: as PricingQuantity": (row) => together(row, ["PricingQuantity", "PricingUnit"]),
  "Unit Format": (row) =>
    [row["PricingUnit"], row["ConsumedUnit"]].every((unit) => unit === undefined || UNIT.test(unit)),
  "List Unit Price: null for taxes, there for usage and purchases": priced("ListUnitPrice"),
  "Contracted Unit Price: null for taxes, there for usage and purchases": priced("ContractedUnitPrice"),
  "List and Contracted Unit Price: not negative": (row) =>
    ![row["ListUnitPrice"], row["ContractedUnitPrice"]].some((price) => price?.startsWith("-")),
  "List Cost: price by quantity": product("ListUnitPrice", "ListCost"),
  "Contracted Cost: price by quantity": product("ContractedUnitPrice", "ContractedCost"),
  "List Cost: as billed where a credit has no price": unpriced("ListUnitPrice", "ListCost"),
  "Contracted Cost: as billed where a credit has no price": unpriced("ContractedUnitPrice", "ContractedCost"),
  "Effective Cost: as billed for credits and adjustments": (row) =>
    !is(row, "Credit", "Adjustment") || equal(row, "EffectiveCost", "BilledCost"),
  "Pricing Category: allowed values; null for taxes, there for usage and purchases": (row) =>
    priced("PricingCategory")(row) &&
    (isNull(row, "PricingCategory") ||
      ["Standard", "Dynamic", "Committed", "Other"].includes(row["PricingCategory"] ?? "")),
  "Pricing Category: Committed with a commitment and no other": (row) =>
    (row["PricingCategory"] === "Committed") === !isNull(row, "CommitmentDiscountId"),
  "Commitment Discount columns: all or none": (row) => together(row, COMMITMENT),
  "Commitment Discount Category and Status: allowed values": (row) =>
    isNull(row, "CommitmentDiscountId") ||
    (["Spend", "Usage"].includes(row["CommitmentDiscountCategory"] ?? "") &&
      ["Used", "Unused"].includes(row["CommitmentDiscountStatus"] ?? "")),
  "Discount Handling: a wholly covered charge is billed with 0": (row) =>
    isNull(row, "CommitmentDiscountId") || new Big(row["BilledCost"] ?? "1").eq(0),
  "Discount Handling: no discount in a row of its own": (row) =>
    !is(row, "Usage") ||
    !regular(row) ||
    row["x_Basis"] === "billed" ||
    !row["EffectiveCost"]?.startsWith("-"),
  "SKU ID, SKU Price ID: null for taxes, there for usage and purchases": (row) =>
    priced("SkuId")(row) && priced("SkuPriceId")(row),
  "SKU Meter: null where SkuId is": (row) => !isNull(row, "SkuId") || isNull(row, "SkuMeter"),
  "Region Name: as RegionId": (row) => together(row, ["RegionId", "RegionName"]),
  "Resource Type: as ResourceId": (row) => together(row, ["ResourceId", "ResourceType"]),
  "Sub Account Name: as SubAccountId": (row) => together(row, ["SubAccountId", "SubAccountName"]),
  "Service Subcategory: allowed values, with their one parent": (row) =>
    PARENTS[row["ServiceSubcategory"] ?? ""] === row["ServiceCategory"],
  "Key-Value Format: Tags": (row) =>
    Object.values(JSON.parse(row["Tags"] ?? "{}")).every((value) => typeof value === "string"),
  "Null Handling: no empty text": (row) => !Object.values(row).includes(""),
};
