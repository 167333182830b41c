import { memoryText } from "../catalog/size-text.ts";
import type { FieldFidelity } from "../domain/feature.ts";
import { round } from "../domain/money.ts";
import type { Offer } from "../domain/offer.ts";
import type { Place, Provider } from "../domain/place.ts";
import { formatCpu } from "../domain/quantity.ts";

/** What people call the services. */
export const SERVICE_NAMES: Readonly<Record<Provider, string>> = {
  ecs: "Fargate",
  aci: "ACI",
  "cloud-run": "Cloud Run",
  agents: "agents",
};

/** A place for two columns of a table: `Fargate` and `eu-west-1`, with the target and host where it has them. */
export function placeText({
  provider,
  target,
  region,
  host,
}: Place): readonly [service: string, where: string] {
  const where = [target, region, host].filter(
    (part, index, all) => part !== undefined && part !== all[index - 1],
  );
  return [SERVICE_NAMES[provider], where.join(" ")];
}

/** A shape and how it is billed: `0.5 / 1 GiB Spot`, `1 / 512 MiB instance`. */
export function shapeText({ shape, billing }: Pick<Offer, "shape" | "billing">): string {
  const size = `${formatCpu(shape.milliCpu)} / ${memoryText(shape.memoryMiB)}`;
  const words = [shape.arch === "arm64" ? "arm64" : "", BILLING_WORDS[billing]];
  return [size, ...words.filter((word) => word !== "")].join(" ");
}

/** How the spec is honoured: `exact`, or each field that is not, with its sentence. */
export function fidelityText(fidelity: readonly FieldFidelity[]): string {
  const levels = (["snapped", "emulated", "dropped"] as const).flatMap((level) => {
    const messages = fidelity.filter((field) => field.level === level).map(({ message }) => message);
    return messages.length === 0 ? [] : [`${level}: ${[...new Set(messages)].join(" · ")}`];
  });
  return levels.length === 0 ? "exact" : levels.join("; ");
}

/** Dollars and cents without a sign, for a column of them. */
export function amountText(usd: string | undefined): string {
  return usd === undefined ? "?" : round(usd, 2);
}

const BILLING_WORDS: Readonly<Record<Offer["billing"], string>> = {
  "on-demand": "",
  spot: "Spot",
  request: "request",
  instance: "instance",
  job: "job",
  "worker-pool": "worker pool",
  own: "",
};
