import { AdapterError } from "../../domain/fault.ts";
import type { Call } from "../adapter.ts";
import type { Collection, Resource, ResourceName } from "./api.ts";
import type { Bench } from "./bench.ts";
import { ownMark } from "./labels.ts";

/** Pages of 100 that one list is read for: Google lets a region have 1,000 services. */
const MOST_PAGES = 50;

/** Every resource of a collection in a region. Throws `AdapterError` when one of its pages cannot be read. */
export async function listAll(
  { api }: Bench,
  collection: Collection,
  region: string,
  call: Call,
): Promise<readonly Resource[]> {
  const found: Resource[] = [];
  let pageToken: string | undefined;
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await api.run.list(collection, region, pageToken, call);
    found.push(...page.items);
    if (page.nextPageToken === undefined) return found;
    pageToken = page.nextPageToken;
  }
  throw new AdapterError(
    "bug",
    `The list of ${collection} in ${region} does not end after ${MOST_PAGES} pages, so it proves nothing.`,
  );
}

/** A unit's own resource by its name, in any of these regions and collections. */
export async function findUnit(
  bench: Bench,
  unit: string,
  id: string,
  regions: readonly string[],
  call: Call,
  collections: readonly Collection[],
): Promise<Resource | undefined> {
  const owner = await bench.owner();
  const names = regions.flatMap((one) =>
    collections.map((collection): ResourceName => ({ collection, region: one, id })),
  );
  for (const name of names) {
    const resource = await bench.api.run.get(name, call);
    if (resource !== undefined && ownMark(resource.labels, owner)?.unit === unit) return resource;
  }
  return undefined;
}
