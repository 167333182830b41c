import type { Needs } from "../domain/needs.ts";
import type { Cloud } from "../domain/place.ts";
import type { Peer } from "../domain/spec.ts";
import { type PriceBook, type Region, regionOf } from "./book.ts";
import { cloudNamed } from "./cloud-names.ts";
import { BigDecimal } from "./decimal.ts";
import { realmOf } from "./realms.ts";

/** Where a peer is, as far as its words say: a cloud's region, or somewhere out on the internet. */
export interface PeerPlace {
  /** Absent for a place of no cloud Berth knows. */
  readonly provider?: Cloud | undefined;
  readonly region: string;
  /** The region as the book has it, with its coordinates; absent where the book does not. */
  readonly known?: Region | undefined;
}

/** What `talksTo` puts on the bill of one region each month, and what is taken for granted, in sentences. */
export interface Gravity {
  readonly interRegionGiB: string;
  readonly egressGiB: string;
  readonly assumes: readonly string[];
  /** What is not counted, in sentences. */
  readonly omits: readonly string[];
}

/** The place a peer names (`aws/eu-west-1`), or `undefined` for a workload whose place nobody has filled in: it runs nowhere. */
export function peerPlace({ place }: Peer, book: PriceBook): PeerPlace | undefined {
  if (place === undefined) return undefined;
  const [word = "", region = ""] = place.split("/", 2);
  const provider = cloudNamed(word);
  if (provider === undefined) return { region };
  return { provider, region, known: regionOf(book, provider, region) };
}

/**
 * The traffic of `talksTo` as it would be billed from a region: nothing within it, the cloud's own rate to another of
 * its regions, and the internet's to everywhere else, the same cloud's other partitions among it. All of it is taken to leave from this side, which is the dear one.
 */
export function gravityOf(needs: Pick<Needs, "talksTo">, region: Region, book: PriceBook): Gravity {
  let interRegion = new BigDecimal(0);
  let egress = new BigDecimal(0);
  const omits: string[] = [];
  for (const peer of needs.talksTo) {
    const name = peer.name ?? peer.workload ?? peer.place ?? "a peer";
    const place = peerPlace(peer, book);
    if (peer.gibPerMonth === undefined) omits.push(`talksTo: traffic with ${name} (set gibPerMonth)`);
    else if (place === undefined)
      omits.push(`talksTo: traffic with ${name}, whose place is not known until it runs`);
    else if (!isOneNetwork(place, region)) egress = egress.plus(peer.gibPerMonth);
    else if (place.region !== region.id) interRegion = interRegion.plus(peer.gibPerMonth);
  }
  const assumes = interRegion.plus(egress).gt(0) ? [ONE_WAY] : [];
  return { interRegionGiB: interRegion.toFixed(), egressGiB: egress.toFixed(), assumes, omits };
}

// Partitions of a cloud share no network: between them goes the internet, and is charged so.
function isOneNetwork({ provider, region }: PeerPlace, here: Region): boolean {
  if (provider !== here.provider) return false;
  return realmOf({ provider, region }) === realmOf({ provider, region: here.id });
}

const ONE_WAY = "talksTo: all the data exchanged is taken to leave from this side";
