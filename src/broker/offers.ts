import { AdapterError } from "../domain/fault.ts";
import type { Needs } from "../domain/needs.ts";
import type { Draw, Offer } from "../domain/offer.ts";
import { CLOUDS, type Cloud } from "../domain/place.ts";
import type { RejectedOffer } from "../domain/plan.ts";
import { applyAccountRates, bookAt, type RatesNow } from "../catalog/account-rates.ts";
import { type PriceBook, regionsOf } from "../catalog/book.ts";
import type { Target } from "../store/instance.ts";
import type { Scope } from "../store/store.ts";
import { ratesNow } from "./account-rates.ts";
import type { Ports } from "./ports.ts";
import { providerOf } from "./target-provider.ts";

/** Every target is asked at once; one that has not answered by then is a rejected line, never a failed request. */
export const OFFERS_DEADLINE_MS = 5_000;

export interface Gathered {
  readonly offers: readonly Offer[];
  /** Rooms that offers share with other workloads, by the offer's id. */
  readonly draws: ReadonlyMap<string, readonly Draw[]>;
  /** Every target that was asked. */
  readonly targets: readonly Target[];
  /** Targets that could not answer, and places of the catalog that nobody has connected. */
  readonly refused: readonly RejectedOffer[];
  /** What the project pays instead of list prices; the offers have it in their lines already. */
  readonly accountRates?: RatesNow | undefined;
}

/** Ask every target the project may use for offers, at what the project pays. */
export async function gatherOffers(ports: Ports, scope: Scope, needs: Needs): Promise<Gathered> {
  const [targets, accountRates] = await Promise.all([
    ports.store.targets(scope.project),
    ratesNow(ports, scope, needs.workload),
  ]);
  const book = bookAt(ports.books.current(), accountRates);
  const answers = await Promise.all(targets.map((target) => ask(ports, target, needs, book)));
  const listed = answers.flatMap((answer) => ("offers" in answer ? answer.offers : []));
  const offers = listed.map((offer) => asPaid(offer, accountRates));
  const silent = answers.flatMap((answer) => ("refused" in answer ? [answer.refused] : []));
  const refused = [...silent, ...unconnected(ports, offers)];
  const draws = new Map(
    listed.flatMap((offer) => (offer.draws === undefined ? [] : [[offer.id, offer.draws]])),
  );
  return { offers, draws, targets, refused, ...(accountRates === undefined ? {} : { accountRates }) };
}

// Lines of the bounds are for an account's own rates only, and rooms for those who decide several workloads together: a plan and its
// receipt have neither.
function asPaid({ draws: _draws, ...offer }: Offer, rates: RatesNow | undefined): Offer {
  if (rates !== undefined) return applyAccountRates(offer, rates);
  const { boundLines: _boundLines, ...rest } = offer;
  return rest;
}

async function ask(
  ports: Ports,
  target: Target,
  needs: Needs,
  book: PriceBook,
): Promise<{ readonly offers: readonly Offer[] } | { readonly refused: RejectedOffer }> {
  try {
    const signal = AbortSignal.timeout(OFFERS_DEADLINE_MS);
    return { offers: await ports.open(target).offers(needs, { signal, book }) };
  } catch (error) {
    const message =
      error instanceof AdapterError ? error.message : "the target failed in a way nobody classified";
    if (!(error instanceof AdapterError)) ports.log("error", `offers of ${target.name}: ${String(error)}`);
    const place = { provider: providerOf(target), target: target.name, region: "" };
    return {
      refused: {
        offer: { id: target.name, place },
        reasons: [{ rule: "target", message: `${target.name}: ${message}` }],
      },
    };
  }
}

const CONNECT: Readonly<Record<Cloud, string>> = { ecs: "aws", aci: "azure", "cloud-run": "gcp" };

function unconnected(ports: Ports, offers: readonly Offer[]): readonly RejectedOffer[] {
  const connected = new Set(offers.map((offer) => `${offer.place.provider}/${offer.place.region}`));
  return CLOUDS.flatMap((provider) =>
    regionsOf(ports.books.current(), provider)
      .filter((region) => !connected.has(`${provider}/${region}`))
      .map((region) => ({
        offer: { id: `${provider}/${region}`, place: { provider, region } },
        reasons: [
          { rule: "connected", message: `no target connected: berth target add ${CONNECT[provider]}` },
        ],
      })),
  );
}
