import { floatAt, intAt, itemAt } from "../at.ts";
import type { Needs } from "../../domain/needs.ts";
import type { Offer } from "../../domain/offer.ts";
import type { UsersAt } from "../question.ts";
import { countedWeights, expectedUsd } from "../scorers.ts";
import { bitsWhere, countBits, firstMissing } from "./bits.ts";
import { sizeRefusals } from "./asked.ts";
import { floatsOf, intsOf } from "./column-of.ts";
import { DistinctSets, type NumberedSet } from "./distinct.ts";
import { Facets } from "./facets.ts";
import { Kinds } from "./kinds.ts";
import { LatencyColumns } from "./latency-columns.ts";
import type { PackItem } from "./market.ts";
import type { Rows } from "./options.ts";
import { PriceColumns } from "./price-columns.ts";
import type { Room } from "./room.ts";
import { Scan, type Terms } from "./scan.ts";
import { Sieve, type SieveSetting } from "./sieve.ts";
import { SizeColumns } from "./size-columns.ts";
import type { Table } from "./table.ts";
import { TierColumns } from "./tier-columns.ts";
import { type NeedNumbers, type Objection, Verdicts } from "./verdicts.ts";

/**
 * A market as columns, for placing thousands of workloads on it: the same rules and the same scores as `place`, to the last digit, each
 * rule asked once for all that are alike. For questions without an incumbent and policies without expressions (`columnar.ts`).
 */
export class Columns {
  readonly #table: Table;
  readonly #size: number;
  /** In the order of price, the cheapest first: so are all columns and sets here. */
  readonly #ordered: readonly Offer[];
  readonly #kinds = new Kinds();
  readonly #verdicts: Verdicts;
  readonly #sizes: SizeColumns;
  readonly #prices: PriceColumns;
  readonly #sets: DistinctSets;
  readonly #roomy: NumberedSet;
  readonly #latency: LatencyColumns;
  readonly #tiers: TierColumns;
  readonly #sieve: Sieve;
  readonly #scan: Scan;
  readonly #asks = new Map<Needs, Asks>();
  #classes = 0;
  /** Whether what is expected to cost more may also cost more at most: then the cheap come first in both respects. */
  readonly #monotone: boolean;

  constructor(table: Table, size: number, room: Room) {
    const offers = table.offers.slice(0, size);
    const usd = floatsOf(offers, expectedUsd);
    const order = intsOf(offers, (_offer, row) => row).sort(
      (a, b) => floatAt(usd, a) - floatAt(usd, b) || a - b,
    );
    const ordered = offers.map((_offer, at) => itemAt(offers, intAt(order, at)));
    this.#table = table;
    this.#size = size;
    this.#ordered = ordered;
    this.#sets = new DistinctSets(size);
    this.#roomy = this.#sets.of(bitsWhere(size, (at) => (room.open(intAt(order, at)) ?? 1) >= 1));
    this.#prices = new PriceColumns(ordered, this.#sets);
    const facets = new Facets(ordered);
    this.#verdicts = new Verdicts(ordered, facets, this.#sets, this.#roomy);
    this.#tiers = new TierColumns(facets);
    this.#latency = new LatencyColumns(ordered);
    this.#sizes = new SizeColumns(ordered, this.#sets);
    this.#sieve = new Sieve(table, size);
    this.#scan = new Scan(ordered, order, this.#sieve);
    const ceiling = (at: number): number => floatAt(table.microUsd, intAt(order, at));
    this.#monotone = order.every((_row, at) => at === 0 || ceiling(at) >= ceiling(at - 1));
  }

  /** What `place` would rank of the market for a workload, without what could never be chosen; best first. */
  scan(item: PackItem, splitsAnywhere = true): Rows {
    const { bits } = this.#standing(item);
    const { policy, users = NO_USERS } = item.question;
    const weights = countedWeights(policy, users);
    const terms: Terms = {
      usd: this.#prices.expectedUsd(item.replicas),
      weights,
      latency: weights.latency > 0 ? this.#latency.of(users) : undefined,
      tiers: policy.tiers.length > 0 ? this.#tiers.of(policy) : undefined,
    };
    this.#sieve.set(this.#setting(item, splitsAnywhere));
    this.#scan.run(bits, terms, (item.budgets ?? []).length === 0 || this.#monotone);
    return this.#sieve.rows();
  }

  /** A number that workloads have in common when `scan` finds the same for them, and then all else but their budgets. */
  classOf(item: PackItem): number {
    const { question, replicas, budgets = [] } = item;
    const kind = this.#kinds.of(question);
    const { alike } = kind.manner;
    const same = alike.get(replicas);
    const ofReplicas = same ?? new Map<number, number>();
    if (same === undefined) alike.set(replicas, ofReplicas);
    const key = this.#standing(item, kind).number * 2 + Number(budgets.length > 0);
    const known = ofReplicas.get(key);
    if (known !== undefined) return known;
    ofReplicas.set(key, this.#classes);
    return this.#classes++;
  }

  /** How many offers `place` would rank for a workload. */
  standing(item: PackItem): number {
    return countBits(this.#standing(item).bits);
  }

  /** What stands against how many offers, when it leaves none. */
  objections(item: PackItem): readonly Objection[] {
    const { policy, needs } = item.question;
    const { numbers, sized } = this.#asksOf(needs);
    const counted = (
      { bits }: NumberedSet,
      messagesOf: (offer: Offer) => readonly string[],
    ): readonly Objection[] => {
      const offers = this.#size - countBits(bits);
      if (offers === 0) return [];
      const messages = messagesOf(itemAt(this.#ordered, firstMissing(bits)));
      return messages.slice(0, 1).map((message) => ({ offers, message }));
    };
    return [
      ...this.#verdicts.objections(this.#kinds.of(item.question), needs, numbers),
      ...counted(sized, (offer) => sizeRefusals(offer, needs).map(({ message }) => message)),
      ...counted(this.#prices.within(policy.maxUsdPerMonth, item.replicas), () => [
        `it has no known price, or one above a cap of policy ${policy.name}`,
      ]),
      ...counted(this.#roomy, () => ["no room for another replica now: free some, or add capacity"]),
    ];
  }

  #standing({ question, replicas }: PackItem, kind = this.#kinds.of(question)): NumberedSet {
    const { policy, needs } = question;
    const { numbers, sized } = this.#asksOf(needs);
    const left = this.#verdicts.left(kind, needs, numbers);
    const within = this.#prices.within(policy.maxUsdPerMonth, replicas);
    return this.#sets.both(this.#sets.both(left, sized), within);
  }

  #asksOf(needs: Needs): Asks {
    const known = this.#asks.get(needs);
    if (known !== undefined) return known;
    const made = { numbers: this.#verdicts.numbersOf(needs), sized: this.#sizes.left(needs) };
    this.#asks.set(needs, made);
    return made;
  }

  #setting({ question, replicas, budgets = [] }: PackItem, splitsAnywhere: boolean): SieveSetting {
    const { spread, tiers } = question.policy;
    return {
      pays: budgets.length > 0,
      splits: splitsAnywhere && replicas > 1 && tiers.length === 0,
      replicas,
      apart: spread?.minimum ?? 1,
      domains: spread && this.#table.domains(spread.over),
      hasTiers: tiers.length > 0,
    };
  }
}

/** What some needs ask of rules and shapes. */
interface Asks {
  readonly numbers: NeedNumbers;
  readonly sized: NumberedSet;
}

const NO_USERS: readonly UsersAt[] = [];
