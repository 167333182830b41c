import { readFileSync } from "node:fs";
import { Big } from "big.js";
import { sizeByTheRules, type Written } from "./size-by-the-rules.ts";

/** The body of `POST /v1/quotes` as somebody writes it. */
export interface Body extends Written {
  readonly region: string;
  readonly replicas?: number;
  readonly usage: Readonly<Partial<Record<"seconds" | "hours" | "requests" | "requestMs", number>>> &
    Readonly<Partial<Record<"concurrency" | "egressGiB" | "logGiB", number>>>;
  readonly rates?: Readonly<Record<string, string>>;
  readonly free?: boolean;
}

interface Card {
  readonly provider: string;
  readonly product: string;
  readonly meter: string;
  readonly unit: string;
  readonly asOf: string;
  readonly source: string;
  readonly from?: string;
  readonly to?: string;
  readonly freePerMonth?: string;
  readonly usd: Readonly<Record<string, string>>;
}
const CARDS: readonly Card[] = JSON.parse(
  readFileSync(new URL("../../src/catalog/data/prices.json", import.meta.url), "utf8"),
).cards;

/**
 * What a body costs in USD, worked out from the shipped figures and the vendors' rules (docs/quotes.md) and from nothing
 * else of Berth; `undefined` where nobody sells it or a figure is missing.
 */
export function byTheRules(body: Body): Big | undefined {
  const size = sizeByTheRules(body);
  if (size === undefined) return undefined;
  const { active, idle } = timeOf(body);
  const { provider, os, usage, free = false } = body;
  const compute = computeProduct(body);
  const licence = provider === "aci" ? "windows" : compute;
  const disk = provider === "ecs" ? Math.max(0, size.diskGiB - 20) : 0;
  const byRequest = provider === "cloud-run" && (body.billing ?? "request") === "request";
  const cpu = charge(body, compute, "cpu-second", active.times(size.cpu));
  const memory = charge(body, compute, "memory-gib-second", active.times(size.memoryGiB));
  const charges = [
    cpu,
    memory,
    charge(body, licence, "os-cpu-second", os === "windows" ? active.times(size.cpu) : ZERO),
    charge(body, compute, "idle-cpu-second", idle.times(size.cpu)),
    charge(body, compute, "idle-memory-gib-second", idle.times(size.memoryGiB)),
    charge(body, "storage", "ephemeral-gib-second", active.times(disk)),
    charge(body, "request", "request", byRequest ? beyond(usage.requests, free ? 2_000_000 : 0) : ZERO),
    charge(body, "egress", "egress-gib", Big(usage.egressGiB ?? 0)),
    charge(body, "logs", "log-gib", Big(usage.logGiB ?? 0)),
  ];
  if (cpu === undefined || memory === undefined) return undefined;
  const off = free && provider === "cloud-run" ? allowance(compute, active, size, [cpu, memory]) : ZERO;
  return charges.reduce<Big | undefined>(
    (total, one) => (total === undefined || one === undefined ? undefined : total.plus(one)),
    ZERO.minus(off),
  );
}

const ZERO = Big(0);

function timeOf({ provider, billing = "request", os, usage, replicas }: Body) {
  const step = provider === "cloud-run" ? Big("0.1") : Big(1);
  const up = (seconds: Big): Big => seconds.div(step).round(0, 3).times(step);
  const said = usage.seconds !== undefined || usage.hours !== undefined;
  const each = up(usage.seconds === undefined ? Big(usage.hours ?? 730).times(3600) : Big(usage.seconds));
  if (provider !== "cloud-run" || billing !== "request") {
    const minimum = provider === "ecs" ? (os === "windows" ? 300 : 60) : (MINIMUM[billing] ?? 0);
    const billed = each.gt(0) && provider !== "aci" && each.lt(minimum) ? Big(minimum) : each;
    return { active: billed.times(replicas ?? 1), idle: ZERO };
  }
  const { requests, requestMs = 0, concurrency = 1 } = usage;
  if (requests === undefined || (requests > 0 && requestMs === 0 && said))
    return { active: each.times(replicas ?? 1), idle: ZERO };
  // As many as may run at once begin and end together, and the next of them come after that.
  const groups = (requests - (requests % concurrency)) / concurrency + (requests % concurrency > 0 ? 1 : 0);
  const active = Big(Math.ceil(requestMs / 100))
    .div(10)
    .times(groups);
  const rest = said ? each.times(replicas ?? 0).minus(active) : ZERO;
  return { active, idle: rest.gt(0) ? rest : ZERO };
}
const MINIMUM: Readonly<Record<string, number>> = { instance: 60, job: 60 };

function computeProduct({ provider, billing = "request", os = "linux", arch = "amd64", spot }: Body): string {
  if (provider === "cloud-run") return billing;
  const market = spot === true ? "spot-" : "";
  return provider === "aci" ? `${market}linux` : `${market}${os}-${arch}`;
}

/** Regions of partitions with an account and a price list of their own: what counts everywhere does not count there. */
const APART = /^(us-?gov|usdod|cn-|china|eusc-)/;

/** The figures of one meter, lowest tier first; of several readings the last. */
function figures(provider: string, product: string, region: string, meter: string) {
  const cards = CARDS.filter(
    (card) => card.provider === provider && card.product === product && card.meter === meter,
  ).flatMap((card) => {
    const usd = card.usd[region] ?? (APART.test(region) ? undefined : card.usd["global"]);
    return usd === undefined ? [] : [{ ...card, usd: Big(usd).div(card.unit.endsWith("-hour") ? 3600 : 1) }];
  });
  const last = cards.at(-1);
  return cards
    .filter(({ asOf, source }) => asOf === last?.asOf && source === last.source)
    .toSorted((a, b) => Number(a.from ?? 0) - Number(b.from ?? 0));
}

function charge(body: Body, product: string, meter: string, amount: Big): Big | undefined {
  if (amount.lte(0)) return ZERO;
  const { provider, region, rates = {}, free = false } = body;
  const tiers = figures(provider, product, region, meter);
  const allowanceTier = tiers.length > 1 && tiers[0]?.usd.eq(0) === true;
  const beside = figures(provider, `${product}-free`, region, meter)[0]?.freePerMonth ?? 0;
  const unpaid = MONEY.has(meter) ? 0 : allowanceTier ? Number(tiers[1]?.from) : Number(beside);
  const paid = beyond(amount.toFixed(), free ? unpaid : 0);
  const own = rates[meter];
  if (own !== undefined) return paid.times(own);
  if (tiers.length === 0) return undefined;
  const start = allowanceTier ? Big(unpaid) : ZERO;
  let done = ZERO;
  let usd = ZERO;
  for (const [index, tier] of tiers.entries()) {
    const from = largest(Big(tier.from ?? 0), start);
    const to = tier.to ?? tiers[index + 1]?.from;
    const end = start.plus(paid);
    const reach = to === undefined || end.lt(to) ? end : Big(to);
    if (reach.lte(from)) continue;
    usd = usd.plus(reach.minus(from).times(tier.usd));
    done = done.plus(reach.minus(from));
  }
  return done.lt(paid) ? undefined : usd;
}
const MONEY: ReadonlySet<string> = new Set(["cpu-second", "memory-gib-second"]);

function allowance(
  product: string,
  active: Big,
  size: { readonly cpu: number; readonly memoryGiB: Big },
  costs: readonly [Big, Big],
): Big {
  const amounts = [active.times(size.cpu), active.times(size.memoryGiB)];
  const parts = [...MONEY].map((meter, index) => {
    const list = figures("cloud-run", product, "us-central1", meter)[0]?.usd ?? ZERO;
    const units = figures("cloud-run", `${product}-free`, "us-central1", meter)[0]?.freePerMonth ?? 0;
    const cost = costs[index] ?? ZERO;
    const used = largest(list.times(amounts[index] ?? 0), cost);
    return { cost, worth: least(list.times(units), used) };
  });
  const most = parts.reduce((sum, { cost }) => sum.plus(cost), ZERO);
  return least(
    most,
    parts.reduce((sum, { worth }) => sum.plus(worth), ZERO),
  );
}

function beyond(amount: number | string | undefined, unpaid: number): Big {
  return largest(Big(amount ?? 0).minus(unpaid), ZERO);
}
const largest = (a: Big, b: Big): Big => (a.gt(b) ? a : b);
const least = (a: Big, b: Big): Big => (a.lt(b) ? a : b);
