import type { RatesNow } from "../catalog/account-rates.ts";
import type { PriceBook } from "../catalog/book.ts";
import { statedBook, withStated } from "../catalog/stated-rates.ts";
import { Fault } from "../domain/fault.ts";
import type { Plan } from "../domain/plan.ts";
import type { Receipt } from "../policy/receipt/receipt.ts";
import { decodeReceipt, partsOf } from "../policy/receipt/decode.ts";
import { changedBook } from "../policy/simulate/changed-book.ts";
import type { Repricing } from "../policy/simulate/reprice.ts";
import { effectOn } from "../policy/simulate/simulate.ts";
import type { Workload } from "../store/store.ts";
import { scopeOf, type Caller, type Ports } from "./ports.ts";
import { type FleetRequest, type FleetSimulation, overFleet } from "./simulate.ts";
import { type Change, changed, type Judged, withoutPolicy } from "./simulate-workload.ts";

/** Past placements of one workload that are decided again: the newest. */
const MAX_PLANS_EACH = 5;

/**
 * What a change would have made of past placements: each is decided again from its receipt, under the policies of then, as it was
 * and with the change. Asks no target and writes nothing.
 */
export function simulateReceipts(
  ports: Ports,
  caller: Caller,
  change: Change,
  request: FleetRequest,
  signal: AbortSignal,
): Promise<FleetSimulation> {
  const once = { ...change, books: new Map<string, PriceBook>() };
  const judge = async ({ environment, name }: Workload): Promise<readonly Judged[]> => {
    const here = { ...caller, environment };
    const plans = await ports.store.plans(scopeOf(here), name, MAX_PLANS_EACH);
    const judged: Judged[] = [];
    for (const plan of plans)
      if (plan.receipt !== undefined) judged.push(await judgePlan(ports, here, plan, once));
    return judged;
  };
  return overFleet(ports, caller, request, signal, judge);
}

interface PastChange extends Change {
  /** The books of the past, changed, by the hashes of the unchanged one and of what the account stated then. */
  readonly books: Map<string, PriceBook>;
}

async function judgePlan(ports: Ports, caller: Caller, plan: Plan, change: PastChange): Promise<Judged> {
  const at = { environment: plan.environment, workload: plan.workload, plan: plan.id };
  try {
    return { ...at, ...(await effectOf(ports, caller, plan, change)) };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { ...at, because: error.message, warnings: [] };
  }
}

async function effectOf(
  ports: Ports,
  caller: Caller,
  plan: Plan,
  change: PastChange,
): Promise<Pick<Judged, "effect" | "because" | "warnings">> {
  const [receipt, revision] = await Promise.all([
    receiptOf(ports, caller, plan),
    ports.store.revision(scopeOf(caller), plan.workload, plan.revision),
  ]);
  if (typeof receipt === "string") return { because: receipt, warnings: [] };
  if (revision === undefined) return { because: "its revision is not there any more", warnings: [] };
  const { inputs: before, layers: past } = receipt;
  const repricing = change.repricing && (await atItsBook(ports, receipt, change.repricing, change.books));
  if (typeof repricing === "string") return { because: repricing, warnings: [] };
  const { spec } = revision;
  const after = await changed(ports, caller, spec, before, { ...change, repricing }, { past });
  const without = await withoutPolicy(ports, caller, spec, before, change.of, { past });
  const { environment, workload, id } = plan;
  return {
    // Policies of then that contradict each other refuse all its offers, which no look at the targets of today tells.
    effect: effectOn({ environment, workload, plan: id, before, after: after.inputs, without }),
    warnings: after.warnings,
  };
}

async function receiptOf(ports: Ports, caller: Caller, plan: Plan): Promise<Receipt | string> {
  const stored = plan.receipt && (await ports.store.receipt(caller.project.id, plan.receipt));
  if (stored === undefined || stored === "") return "its receipt is not kept any more";
  const parts = await ports.store.blobs(partsOf(stored.manifest));
  const decoded = decodeReceipt(stored.hash, stored.manifest, (hash) => parts.get(hash));
  return decoded.ok ? decoded.receipt : decoded.because;
}

// Its offers were priced from the book of their day, so that is the one to change.
async function atItsBook(
  ports: Ports,
  { book, accountRates }: Receipt,
  { changes }: Repricing,
  books: PastChange["books"],
): Promise<Repricing | string> {
  const kept = await ports.books.byHash(book.hash);
  if (kept === undefined)
    return `the price book of ${book.collected} that it was priced from is not kept any more`;
  const rates = isRates(accountRates) ? accountRates : undefined;
  const stated = statedBook(rates?.rates.stated ?? [], rates?.now ?? 0);
  const then = withStated(kept, stated);
  const which = `${book.hash} ${stated?.hash ?? ""}`;
  const changed = books.get(which) ?? changedBook(then, changes);
  books.set(which, changed);
  return { book: then, changed, changes, rates };
}

// Receipts are checked against their hash, so this only tells a receipt with rates from one without.
function isRates(value: unknown): value is RatesNow {
  return (
    typeof value === "object" && value !== null && "rates" in value && "committedUsedUsdPerHour" in value
  );
}
