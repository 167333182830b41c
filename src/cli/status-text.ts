import type { OverrideView, UnitView, WorkloadView } from "./api.ts";
import { ago, dollars } from "./figures.ts";
import { printable } from "../render/printable.ts";
import { placeWords } from "../render/place-words.ts";
import { sourceWords } from "../render/source-words.ts";
import { listText } from "./print-list.ts";

/** One workload for a person: what is in force, who made it, where it runs and what that costs. */
export function statusText(workload: WorkloadView, now: number, width: number): string {
  const { plan } = workload;
  const lines = [
    [workload.name, workload.environment, `plan ${workload.generation}`, stateWords(workload)].join(" · "),
    ...(workload.url === undefined ? [] : [workload.url]),
    ...(plan === undefined
      ? []
      : [
          `made by ${plan.actor}${sourceWords(plan.source ?? workload.source)} ${ago(plan.createdAt, now)}: ${plan.reason}`,
        ]),
    ...(plan?.price === undefined ? [] : [priceWords(plan.price)]),
    ...(workload.spend === undefined
      ? []
      : [`${dollars(workload.spend.usd)} spent in ${workload.spend.month}`]),
    ...(workload.cleanupBlocked ?? []).map(blockedWords),
    ...workload.overrides.map(overrideWords),
    ...(plan?.warnings ?? []).map(({ message }) => `note: ${message}`),
  ];
  const table =
    workload.units.length === 0 ? "\nnothing runs for it now\n" : `\n${units(workload.units, now, width)}`;
  return `${lines.map((line) => `${printable(line)}\n`).join("")}${table}`;
}

function stateWords({ state, plan }: WorkloadView): string {
  return plan?.stateReason === undefined || state === "ready" ? state : `${state}: ${plan.stateReason}`;
}

function priceWords({
  floorUsd,
  expectedUsd,
  ceilingUsd,
  asOf,
}: NonNullable<NonNullable<WorkloadView["plan"]>["price"]>): string {
  const dates = asOf.from === asOf.to ? asOf.from : `${asOf.from} to ${asOf.to}`;
  return `${dollars(expectedUsd)} a month expected, ${dollars(floorUsd)} to ${dollars(ceilingUsd)}, prices of ${dates}`;
}

function blockedWords({
  unit,
  at,
  reason,
  usdPerMonth,
}: NonNullable<WorkloadView["cleanupBlocked"]>[number]): string {
  const cost = usdPerMonth === undefined ? "" : `, and goes on costing ${dollars(usdPerMonth)} a month`;
  return `cleanup-blocked: ${unit} at ${at} cannot be removed${cost}: ${reason}`;
}

function overrideWords(override: OverrideView): string {
  const { pin, avoid, scale, reason, actor, until } = override;
  const what = [
    ...(pin === undefined ? [] : [`pinned to ${Object.values(pin).join(" ")}`]),
    ...(avoid === undefined ? [] : [`kept off ${Object.values(avoid).join(" ")}`]),
    ...(scale === undefined ? [] : [`scaled to ${scale.min}-${scale.max}`]),
  ];
  return `override: ${what.join(", ")} by ${actor} (${reason})${until === undefined ? "" : ` until ${until}`}`;
}

function units(all: readonly UnitView[], now: number, width: number): string {
  const rows = all.map((unit) => [
    placeWords(unit.place),
    STATE_WORDS[unit.state] ?? unit.phase ?? "not started",
    `${unit.ready} of ${range(unit.replicas)}`,
    String(unit.restarts),
    unit.observedAt === undefined ? "never" : ago(unit.observedAt, now),
    printable((unit.state === "cleanup-blocked" ? unit.reason : unit.because) ?? unit.reason ?? ""),
  ]);
  return listText({ head: ["PLACE", "STATE", "READY", "RESTARTS", "SEEN", "WHY"], rows }, width);
}

/** Of a unit that is leaving, what its provider says of it does not matter any more. */
const STATE_WORDS: Readonly<Partial<Record<UnitView["state"], string>>> = {
  doomed: "leaving",
  "cleanup-blocked": "cleanup-blocked",
};

const range = ({ min, max }: UnitView["replicas"]): string => (min === max ? String(max) : `${min}-${max}`);
