import type { Billing, Price, Shape } from "../domain/offer.ts";
import { layerLabel } from "../domain/layer.ts";
import { type Place, samePlace } from "../domain/place.ts";
import type { Explanation, Hold, Passed, PlanState, RankedOffer, Trigger } from "../domain/plan.ts";
import type { Source } from "../domain/spec.ts";
import { billBlocks, notPricedBlocks, wholeBillBlocks } from "./bill.ts";
import { type Block, GAP, said } from "./block.ts";
import { explanationBlocks } from "./explanation.ts";
import { placeText, shapeText } from "./offer-text.ts";
import { placesWords } from "./place-words.ts";
import { sourceWords } from "./source-words.ts";
import type { Column } from "./table.ts";

/** A plan as the API shows it, as far as it is read here: `GET /v1/plans/{id}`. Times are ISO 8601. */
export interface PlanReading extends Omit<Explanation, "policy"> {
  readonly id: string;
  readonly state: PlanState;
  readonly stateReason?: string | undefined;
  readonly workload: string;
  readonly environment: string;
  readonly generation: number;
  readonly trigger: Trigger;
  readonly actor: string;
  readonly reason: string;
  readonly source?: Source | undefined;
  readonly createdAt: string;
  readonly units: readonly {
    readonly place: Place;
    readonly shape: Shape;
    readonly billing: Billing;
    readonly offer?: string | undefined;
    readonly replicas?: { readonly min: number; readonly max: number } | undefined;
  }[];
  readonly price?: Price | undefined;
  readonly policy: string;
  readonly holds?: readonly HoldReading[] | undefined;
  readonly passed?: readonly PassedReading[] | undefined;
  readonly emergency?: { readonly reason: string } | undefined;
  readonly receipt?: string | undefined;
  readonly logTail: readonly string[];
}
export type HoldReading = Omit<Hold, "until"> & { readonly until?: string | undefined };
export type PassedReading = Omit<Passed, "by"> & {
  readonly by:
    | {
        readonly exception: string;
        readonly until?: string | undefined;
        readonly requester?: string | undefined;
        readonly approvers?: readonly string[] | undefined;
        readonly approver?: string | undefined;
      }
    | { readonly emergency: string };
};

/** What a plan is and what it was decided from, whole: state, ranking, policy, what holds or passed it, the bill, the receipt. */
export function planBlocks(plan: PlanReading, all: boolean): readonly Block[] {
  return [...headBlocks(plan), GAP, ...decisionBlocks(plan, all)];
}

/** What a plan was decided from: the same for a plan that is kept and for a dry run. */
export function decisionBlocks(plan: PlanReading, all: boolean): readonly Block[] {
  return [
    ...explanationBlocks(plan, all),
    ...ruleBlocks(plan),
    ...splitBlocks(plan),
    ...priceBlocks(plan),
    ...receiptBlocks(plan),
  ];
}

/** Where how many replicas go, of a plan that has several places. */
function splitBlocks({ units }: PlanReading): readonly Block[] {
  if (units.length < 2) return [];
  const rows = units.map((unit) => [replicasText(unit), ...placeText(unit.place), shapeText(unit)]);
  const columns: readonly Column[] = [
    { title: "REPLICAS", align: "right" },
    { title: "PLACE" },
    { title: "" },
    { title: "SHAPE" },
  ];
  return [GAP, { kind: "table", columns, rows, indent: 2, titled: true }];
}

function replicasText({ replicas }: PlanReading["units"][number]): string {
  if (replicas === undefined) return "";
  const { min, max } = replicas;
  return min === max ? String(min) : `${min}-${max}`;
}

/** The bill: of the one place, or of all places together, each by its part. */
function priceBlocks(plan: PlanReading): readonly Block[] {
  const chosen = plan.units.flatMap((unit) => chosenOf(unit, plan) ?? []);
  const [first] = chosen;
  if (first === undefined) return [];
  const places = new Set(chosen.map(({ offer }) => offer.id));
  if (places.size === 1) return [...billBlocks([first.offer]), ...notPricedBlocks([first.offer])];
  const together =
    plan.price === undefined ? [] : wholeBillBlocks(`${places.size} places together`, plan.price);
  return [...together, ...notPricedBlocks(chosen.map(({ offer }) => offer))];
}

/** The last lines of the container that failed a plan. */
export function lastLineBlocks({ logTail, workload, generation }: PlanReading): readonly Block[] {
  if (logTail.length === 0) return [];
  return [
    GAP,
    { kind: "heading", text: `last lines of ${workload} (plan ${generation})` },
    ...logTail.map((text) => ({ kind: "log", text }) as const),
  ];
}

function headBlocks(plan: PlanReading): readonly Block[] {
  const reason = plan.stateReason === undefined || plan.state === "ready" ? "" : `: ${plan.stateReason}`;
  const lines = [
    `${plan.workload} plan ${plan.generation} in ${plan.environment} is ${plan.state}${reason}`,
    `${plan.trigger} by ${plan.actor}${sourceWords(plan.source)} at ${plan.createdAt}: ${plan.reason}`,
    ...(plan.units.length === 0 ? [] : [`placed on ${placesWords(plan.units.map((unit) => unit.place))}`]),
  ];
  return lines.map((text) => ({ kind: "words", text }));
}

/** The offer that a unit was placed on, among those that were kept. */
function chosenOf(unit: PlanReading["units"][number], { ranked }: PlanReading): RankedOffer | undefined {
  return (
    ranked.find(({ offer }) => offer.id === unit.offer) ??
    ranked.find(({ offer }) => samePlace(offer.place, unit.place) && offer.billing === unit.billing)
  );
}

/** What waits, and what was let through: each rule with its layer. */
function ruleBlocks({ holds = [], passed = [], emergency }: PlanReading): readonly Block[] {
  const blocks = [
    ...(emergency === undefined ? [] : [said("emergency", emergency.reason)]),
    ...holds.map((hold) => said("waits for", holdText(hold))),
    ...passed.map((one) => said("passed", passedText(one))),
  ];
  return blocks.length === 0 ? [] : [GAP, ...blocks];
}

function holdText({ kind, rule, message, layer, until, approvals }: HoldReading): string {
  const what = kind === "approval" && approvals !== undefined ? `${approvals} ${plural(approvals)}` : kind;
  const from = layer === undefined ? rule : `${rule} of the ${layerLabel(layer)}`;
  return `${what}: ${from}: ${message}${until === undefined ? "" : ` (until ${until})`}`;
}

function passedText({ rule, layer, by }: PassedReading): string {
  const from = layer === undefined ? rule : `${rule} of the ${layerLabel(layer)}`;
  if ("emergency" in by) return `${from}, in an emergency: ${by.emergency}`;
  const { exception, until, requester, approvers = by.approver === undefined ? [] : [by.approver] } = by;
  const asked = requester === undefined ? "" : `, asked for by ${requester}`;
  const agreed = approvers.length === 0 ? "" : `, approved by ${approvers.join(" and ")}`;
  return `${from}, by exception ${exception}${until === undefined ? "" : ` until ${until}`}${asked}${agreed}`;
}

function receiptBlocks({ id, receipt }: PlanReading): readonly Block[] {
  if (receipt === undefined) return [];
  const about = `receipt   ${receipt.slice(0, SHORT_HASH)}…  replay it:  `;
  return [GAP, { kind: "command", about, text: `berth replay ${id}` }];
}

/** Characters of a hash that people compare. */
const SHORT_HASH = 8;
const plural = (approvals: number): string => (approvals === 1 ? "approval" : "approvals");
