import { didYouMean } from "../../domain/did-you-mean.ts";
import { Refusal } from "../refusal.ts";

/** Columns without which a charge cannot be told, all of them mandatory in FOCUS 1.0 (focus.finops.org, "Columns"). */
const NEEDED = [
  "BilledCost",
  "BillingCurrency",
  "BillingPeriodStart",
  "ChargeCategory",
  "ChargePeriodStart",
  "EffectiveCost",
] as const;
/** Read where they are there. Those with `x_` are the providers' own, `SkuMeter` came with FOCUS 1.1. */
const OPTIONAL = [
  "ListCost",
  "ResourceId",
  "ServiceName",
  "SubAccountId",
  "Tags",
  "SkuMeter",
  "x_UsageType",
  "x_SkuMeterName",
  "x_SkuDescription",
] as const;
type Needed = (typeof NEEDED)[number];
type Optional = (typeof OPTIONAL)[number];

/** Where in a row each column is, counted from 0; -1 for one that is not there. */
export interface FocusColumns extends Readonly<Record<Needed | Optional, number>> {
  /** Fields of every row. */
  readonly count: number;
}

/**
 * The columns that a header names, in any order and, as some query engines write them, in any case; others are passed by. Throws a `Refusal`
 * for a header that is not of FOCUS 1.0 or later.
 */
export function readColumns(header: readonly string[], file: string): FocusColumns {
  const names = header.map((name) => name.trim().toLowerCase());
  const at = (column: string): number => names.indexOf(column.toLowerCase());
  const missing = NEEDED.filter((column) => at(column) < 0);
  if (missing.length > 0)
    throw new Refusal(2, `${file} is no bill in the FOCUS format: it has no column ${missing.join(", ")}`, {
      details: hints(missing, header),
      next: "Export the bill as CSV in FOCUS 1.0 or later: docs/costs.md says how for each provider",
    });
  if (at("Tags") < 0 && at("ResourceId") < 0)
    throw new Refusal(2, `${file} says of no charge what it is for: it has neither Tags nor ResourceId`, {
      next: "Export the bill with both columns",
    });
  const twice = [...NEEDED, ...OPTIONAL].find(
    (column) => names.indexOf(column.toLowerCase()) !== names.lastIndexOf(column.toLowerCase()),
  );
  if (twice !== undefined) throw new Refusal(2, `${file} has the column ${twice} twice`);
  const entries = [...NEEDED, ...OPTIONAL].map((column) => [column, at(column)] as const);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- one entry for each column was just made
  return { ...(Object.fromEntries(entries) as Record<Needed | Optional, number>), count: header.length };
}

function hints(missing: readonly string[], header: readonly string[]): readonly string[] {
  return missing.flatMap((column) => {
    const meant = didYouMean(column, header);
    return meant === undefined ? [] : [`  ${column}: is it ${meant}, of an older version of FOCUS?`];
  });
}
