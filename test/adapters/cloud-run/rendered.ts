import { makeBook, type PriceBook } from "../../../src/catalog/book.ts";
import { builtInBook } from "../../../src/catalog/shipped-book.ts";
import { type Invoker, parseCloudRunConfig } from "../../../src/adapters/cloud-run/config.ts";
import { planned } from "../../../src/adapters/cloud-run/planned.ts";
import { cloudRunOffers } from "../../../src/adapters/cloud-run/offers.ts";
import { collectionOf } from "../../../src/adapters/cloud-run/render/documents.ts";
import type { Document } from "../../../src/adapters/cloud-run/api.ts";
import { AdapterError } from "../../../src/domain/fault.ts";
import { needsOf } from "../../../src/domain/needs-of.ts";
import type { Offer } from "../../../src/domain/offer.ts";
import type { Unit } from "../../../src/domain/plan.ts";
import type { Spec } from "../../../src/domain/spec.ts";
import { templateOf } from "../../../src/domain/template.ts";
import { documentViolations } from "../../contracts/run-discovery.ts";
import { unit } from "../fixtures.ts";
import { CONFIG, PLACE } from "./settings.ts";

/** The offers of a spec here; what is impossible says why, and so does what no document can be made of, as in a plan. */
export function offersOf(spec: Spec, book: PriceBook = builtInBook()): readonly Offer[] {
  return cloudRunOffers("here", SETTINGS, needsOf(spec), book).map((offer) => {
    const message = offer.impossible.length > 0 ? undefined : refusalOf(spec, offer);
    return message === undefined ? offer : { ...offer, impossible: [{ rule: "render", message }] };
  });
}

function refusalOf(spec: Spec, offer: Offer): string | undefined {
  try {
    renderedOf(spec, offer);
    return undefined;
  } catch (error) {
    if (error instanceof AdapterError && error.kind === "invalid") return error.message;
    throw error;
  }
}

const SETTINGS = parseCloudRunConfig(CONFIG);
/** Regions without a single price: an offer's size and billing do not depend on any. */
export const PRICELESS: PriceBook = makeBook("2026-11-01", [], builtInBook().regions);

/** A unit of a spec on an offer, its secrets pinned at version 1. */
export function unitOf(spec: Spec, offer: Offer): Unit {
  const names = [spec, ...spec.sidecars].flatMap(({ secrets }) => Object.values(secrets));
  const files = spec.files.flatMap(({ secret }) => (secret === undefined ? [] : [secret]));
  const secretVersions = Object.fromEntries([...names, ...files].map((name) => [name, 1]));
  return unit(1, PLACE, {
    workload: spec.name,
    shape: offer.shape,
    billing: offer.billing,
    replicas: { min: spec.scale.min, max: spec.scale.max },
    template: templateOf(spec, { secretVersions }),
  });
}

/** What is sent for a spec on an offer: the document, and the secrets made before it. Services are open unless said otherwise. */
export function renderedOf(spec: Spec, offer: Offer, invoker: Invoker = "public") {
  const made = unitOf(spec, offer);
  const { document, secrets } = planned(made, { ...SETTINGS, invoker }, { id: "ins_test", epoch: 1 });
  return { collection: collectionOf(made), document, secrets };
}

const SCHEMAS = {
  services: "GoogleCloudRunV2Service",
  workerPools: "GoogleCloudRunV2WorkerPool",
  jobs: "GoogleCloudRunV2Job",
} as const;

/** What of a document breaks Google's contract. */
export function violationsIn(collection: keyof typeof SCHEMAS, document: Document): readonly string[] {
  return documentViolations(SCHEMAS[collection], document);
}
