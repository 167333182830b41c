import { gzipSync } from "node:zlib";
import { unitName } from "../../../src/domain/unit-id.ts";

/** A row of a bill by its columns. */
export type Row = Readonly<Record<string, string>>;

export const UNIT = "0123456789abcdef0123456789abcdef01234567";
export const NAME = unitName(UNIT);
export const MARKS = {
  marks: { "berth-installation": "inst-1", "berth-project": "prj_a" },
  unitMark: "berth-unit",
};
export const TAGS = { ...MARKS.marks, "berth-unit": UNIT };

/** A charge of that unit on AWS, as FOCUS 1.0 has it. */
export function rowOf(over: Row = {}): Row {
  return {
    BilledCost: "0.45",
    BillingCurrency: "USD",
    BillingPeriodStart: "2026-10-01T00:00:00.000Z",
    ChargeCategory: "Usage",
    ChargePeriodStart: "2026-10-03T00:00:00.000Z",
    EffectiveCost: "0.5",
    ListCost: "0.6",
    ResourceId: "arn:aws:ecs:eu-west-1:123456789012:task/berth/4f1c",
    ServiceName: "Amazon Elastic Container Service",
    SubAccountId: "123456789012",
    Tags: JSON.stringify(TAGS),
    x_UsageType: "EU-Fargate-vCPU-Hours:perCPU",
    ...over,
  };
}

/** Rows as a CSV file with a header. */
export function csvOf(rows: readonly Row[], columns = Object.keys(rowOf())): string {
  const line = (cells: readonly string[]) =>
    `${cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",")}\r\n`;
  return [columns, ...rows.map((row) => columns.map((column) => row[column] ?? ""))].map(line).join("");
}

export const packed = (text: string): Uint8Array => gzipSync(text);
