import { type PriceBook, regionOf } from "../catalog/book.ts";
import { statedBook, statedProduct, withStated } from "../catalog/stated-rates.ts";
import type { RatesNow } from "../catalog/account-rates.ts";
import { BigDecimal } from "../catalog/decimal.ts";
import { HOURS_PER_MONTH } from "../catalog/quote-request.ts";
import { type AccountRates, type Discount, isInForce } from "../domain/account-rates.ts";
import { Fault, type Problem } from "../domain/fault.ts";
import type { ReadLedgerRow } from "../domain/ledger.ts";
import { committedUsdPerHour, isCovered } from "../domain/paid-lines.ts";
import type { Provider } from "../domain/place.ts";
import type { PricedAt, Scope, StoredRates } from "../store/store.ts";
import { deadRates } from "./dead-rates.ts";
import { iso } from "./instants.ts";
import { readLedger } from "./ledger-rows.ts";
import type { Caller, Ports } from "./ports.ts";
import { type SentRate, ratesInForce, statedProblems, statedSince } from "./stated-rates.ts";

/** A project's own rates, as they are read. `version` is 0 while none were ever set. */
export async function readAccountRates(ports: Pick<Ports, "store">, caller: Caller) {
  const stored = await ports.store.accountRates(caller.project.id);
  return ratesView(stored);
}

/** Rates as they are sent. */
export interface SentRates extends Omit<AccountRates, "stated"> {
  readonly stated: readonly SentRate[];
}

/**
 * Sets what a project pays instead of list prices; the whole of it. Throws `invalid-body` for a region that no provider of ours
 * has, for a stated rate of what its cloud does not sell and for what can never count, `precondition-failed` when another changed it first.
 */
export async function putAccountRates(
  ports: Pick<Ports, "store" | "books" | "now">,
  caller: Caller,
  sent: SentRates,
  ifVersion: number | undefined,
) {
  const book = ports.books.current();
  const now = ports.now();
  const { project, actor } = caller;
  const before = await ports.store.accountRates(project.id);
  const problems = [
    ...regionProblems(book, sent),
    ...statedProblems(sent.stated, book),
    ...deadRates(sent, before?.rates, now),
  ];
  if (problems.length > 0)
    throw new Fault("invalid-body", "The rates name what is not there to be bought, or can never count.", {
      problems,
    });
  const stated = statedSince(sent.stated, before?.rates.stated ?? [], { at: now, by: actor });
  const rates = { ...sent, stated };
  const inForce = ratesInForce(rates, now, book.hash);
  const stored = await ports.store.putAccountRates(project.id, rates, inForce, now, ifVersion);
  if (stored === undefined)
    throw new Fault(
      "precondition-failed",
      "The rates were changed meanwhile: read them again, and send your change over that.",
    );
  return ratesView(stored);
}

/**
 * A project's rates as they count now for one of its workloads; undefined when it pays list prices. What a commitment has left is
 * what it pays of no other now, so prices of workloads that are deployed at once may share its room; what they are charged does not.
 */
export async function ratesNow(
  ports: Pick<Ports, "store" | "now">,
  scope: Scope,
  workload: string,
): Promise<RatesNow | undefined> {
  const stored = await ports.store.accountRates(scope.project);
  if (stored === undefined) return undefined;
  const { rates, updatedAt } = stored;
  const now = ports.now();
  const { discounts, commitments, stated = [] } = rates;
  if (discounts.length + commitments.length + stated.length === 0) return undefined;
  const pools = new Set(commitments.filter(({ until }) => now < until).map(({ provider }) => provider));
  const running =
    pools.size === 0 ? [] : await readLedger(ports.store, { project: scope.project, from: now, to: now + 1 });
  const others = running.filter(
    (row) => !(row.environment === scope.environment && row.workload === workload),
  );
  const counting = discounts.filter((one) => isInForce(one, now));
  const used = [...pools].map((provider) => [provider, paidFor(others, counting, provider)] as const);
  return { rates, committedUsedUsdPerHour: Object.fromEntries(used), asOf: dayOf(updatedAt), now };
}

/** What offers were priced at, of a price book by its hash and the project's rates as they counted then. */
export function pricedAt(book: string, rates: RatesNow | undefined): PricedAt {
  const stated = rates && statedBook(rates.rates.stated ?? [], rates.now);
  return stated === undefined ? { book } : { book, stated: stated.hash };
}

/** The prices in force for a project: the book's, and in their place those it states. */
export async function projectBook(
  ports: Pick<Ports, "store" | "books" | "now">,
  project: string,
): Promise<PriceBook> {
  const stored = await ports.store.accountRates(project);
  return withStated(ports.books.current(), statedBook(stored?.rates.stated ?? [], ports.now()));
}

const USED_PLACES = 12;
const DAY_CHARS = "2026-11-22".length;

/** What commitments pay of what runs at a provider, USD an hour after the discounts that count. */
function paidFor(rows: readonly ReadLedgerRow[], discounts: readonly Discount[], provider: Provider): string {
  const paid = rows.filter((row) => row.to === undefined && row.provider === provider && isCovered(row));
  const here = discounts.filter((one) => one.provider === provider);
  return paid
    .reduce((all, row) => all.plus(committedUsdPerHour([row], here, row.region)), new BigDecimal(0))
    .round(USED_PLACES, BigDecimal.roundHalfUp)
    .toFixed();
}

function regionProblems(book: PriceBook, { discounts }: SentRates): readonly Problem[] {
  return discounts.flatMap(({ provider, region }, index) =>
    region === undefined || regionOf(book, provider, region) !== undefined
      ? []
      : [
          {
            pointer: `/discounts/${index}/region`,
            message: `${provider} has no region ${region}; GET /v1/catalog/regions lists them`,
          },
        ],
  );
}

function ratesView(stored: StoredRates | undefined) {
  const { discounts = [], commitments = [], stated = [] } = stored?.rates ?? {};
  return {
    discounts: discounts.map((one) => ({ ...one, until: iso(one.until) })),
    commitments: commitments.map((one) => ({
      ...one,
      usdPerMonth: new BigDecimal(one.usdPerHour).times(HOURS_PER_MONTH).toFixed(),
      until: iso(one.until),
    })),
    stated: stated.map(({ at, ...one }) => ({
      ...one,
      product: statedProduct(one),
      until: iso(one.until),
      statedAt: iso(at),
    })),
    version: stored?.version ?? 0,
    ...(stored === undefined ? {} : { updatedAt: iso(stored.updatedAt) }),
  };
}

const dayOf = (ms: number): string => iso(ms).slice(0, DAY_CHARS);
