import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Offer } from "../../../src/domain/offer.ts";
import { Facets } from "../../../src/policy/pack/facets.ts";
import { columnOffers } from "./column-items.ts";

/** What rules see of a field. */
const SEEN: { readonly [Field in keyof Offer]?: (offer: Offer) => unknown } = {
  shape: ({ shape: { arch } }) => arch,
  path: ({ path: { transport, reach, bypassable } }) => [transport, reach, bypassable],
  billing: ({ billing }) => billing,
  fidelity: ({ fidelity }) => fidelity,
  impossible: ({ impossible }) => impossible,
  place: ({ place }) => place,
  labels: ({ labels }) => labels,
};
const fields: (keyof Offer)[] = ["shape", "path", "billing", "fidelity", "impossible", "place", "labels"];

test("offers are in one group when rules see the same in each of the fields, and in no other case", () => {
  fc.assert(
    fc.property(columnOffers, fc.subarray(fields, { minLength: 1, maxLength: 3 }), (offers, some) => {
      const { groupOf, examples } = new Facets(offers).by(some);
      const texts = offers.map((offer) => JSON.stringify(some.map((field) => SEEN[field]?.(offer))));
      for (const [at, text] of texts.entries()) {
        expect(groupOf.findIndex((group) => group === groupOf[at])).toBe(texts.indexOf(text));
        expect(examples[groupOf[at] ?? -1]).toBe(offers[texts.indexOf(text)]);
      }
    }),
    { numRuns: 300 },
  );
});
