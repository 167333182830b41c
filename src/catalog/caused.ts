import type { Needs } from "../domain/needs.ts";
import type { Cloud } from "../domain/place.ts";
import type { PriceBook, Region } from "./book.ts";
import { BigDecimal } from "./decimal.ts";
import { pullAssumption, pullSeconds } from "./image-pull.ts";
import { gravityOf } from "./peers.ts";
import { SECONDS_PER_HOUR } from "./run-time.ts";
import { HOURS_PER_MONTH, type QuoteRequest, type QuoteUsage } from "./quote-request.ts";
import type { Month } from "./variant.ts";

/**
 * A month with what running there causes beside the containers: the address of each Fargate task, the time of pulling
 * the image, the secrets its store keeps, traffic by the usage hint and by `talksTo`. What is taken for granted is said, each in a sentence.
 * `isPrivate`: its tasks have no public address, so none is priced.
 */
export function withCaused(
  month: Month,
  needs: Needs,
  region: Region,
  book: PriceBook,
  isPrivate = false,
): Month {
  const gravity = gravityOf(needs, region, book);
  const hint = needs.usage.egressGiBPerMonth;
  const traffic: QuoteUsage = {
    egressGiB: new BigDecimal(hint ?? 0).plus(gravity.egressGiB).toFixed(),
    interRegionGiB: gravity.interRegionGiB,
  };
  const running = (request: QuoteRequest): QuoteRequest => ({
    ...adding(request, standing(region.provider, request, needs, isPrivate)),
    ...(needs.gpu === undefined ? {} : { gpu: needs.gpu }),
  });
  const floor = running(month.floor);
  return {
    floor,
    expected: adding(running(month.expected), traffic),
    ceiling: adding(running(month.ceiling), traffic),
    assumes: [
      ...(needs.measured ?? []),
      ...month.assumes,
      ...ASSUMES[region.provider](pullAssumption(needs)).filter((said) => !isPrivate || said !== ADDRESS),
      ...gravity.assumes,
    ],
    omits: [
      ...(hint === undefined ? [NO_EGRESS] : []),
      ...OMITS[region.provider],
      ...(isPrivate ? [WAY_OUT] : []),
      ...gravity.omits,
    ],
  };
}

const ADDRESS = "ipv4-hour: each task has a public IPv4 address, by which it is reached and pulls its image";
const ASSUMES: Readonly<Record<Cloud, (pull: string) => readonly string[]>> = {
  ecs: (pull) => [ADDRESS, pull],
  aci: (pull) => [pull],
  "cloud-run": () => [],
};

const WAY_OUT =
  "nat-hour, nat-gib: tasks without a public address pull and call out by what the network has for it, NAT gateways or VPC endpoints";
const NO_EGRESS = "egress-gib: traffic to the internet (set usage.egressGiBPerMonth)";
const OMITS: Readonly<Record<Cloud, readonly string[]>> = {
  ecs: ["log-gib: what the containers write into CloudWatch Logs"],
  aci: ["ipv4-hour: a container group's own address, for which no charge is published"],
  "cloud-run": ["log-gib: what the containers write into Cloud Logging"],
};

/** What stands as long as replicas run, whether anything calls them or not. */
function standing(
  provider: Cloud,
  { replicas = 1, usage }: QuoteRequest,
  needs: Pick<Needs, "runs" | "images" | "keeps">,
  isPrivate: boolean,
): QuoteUsage {
  const secretMonths = keptSecrets(provider, needs);
  if (provider === "cloud-run") return { secretMonths };
  const seconds = new BigDecimal(usage?.seconds ?? HOURS_PER_MONTH * SECONDS_PER_HOUR);
  const { runs } = needs;
  const starts = runs === undefined ? 1 : seconds.gt(0) ? runs.perMonth : 0;
  const pulling = { pullSeconds: replicas * starts * pullSeconds(needs) };
  if (provider !== "ecs") return pulling;
  const hours = seconds.times(replicas).div(SECONDS_PER_HOUR).toFixed();
  return { ...(isPrivate ? {} : { ipv4Hours: hours }), secretMonths, ...pulling };
}

// For as long as the workload is there, whether anything of it runs or not. Container Instances keep them in the group itself, and
// Cloud Run has files from Secret Manager, too.
function keptSecrets(provider: Cloud, { keeps }: Pick<Needs, "keeps">): number {
  if (keeps === undefined || provider === "aci") return 0;
  return provider === "cloud-run" ? keeps.secrets + keeps.files : keeps.secrets;
}

const adding = (request: QuoteRequest, usage: QuoteUsage): QuoteRequest => ({
  ...request,
  usage: { ...request.usage, ...usage },
});
