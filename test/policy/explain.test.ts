import { describe, expect, test } from "vitest";
import type { Offer } from "../../src/domain/offer.ts";
import type { RejectedOffer } from "../../src/domain/plan.ts";
import { choose } from "../../src/policy/choose.ts";
import type { Incumbent } from "../../src/policy/question.ts";
import { explain, MAX_GROUPS, MAX_RANKED, MAX_REJECTED } from "../../src/policy/explain.ts";
import { place } from "../../src/policy/place.ts";
import { aService } from "../catalog/needs.ts";
import { anOffer, aPrice, OPEN_GATEWAY, OPEN_POLICY } from "./arbitraries.ts";

function explained(offers: readonly Offer[], incumbent?: Incumbent, refused: readonly RejectedOffer[] = []) {
  const placement = place({ needs: aService(), offers, policy: OPEN_POLICY, gateway: OPEN_GATEWAY });
  const choice = choose(placement, incumbent, OPEN_POLICY);
  return explain({
    placement,
    policy: OPEN_POLICY,
    choice,
    incumbent,
    overrides: ["pinned to ecs"],
    refused,
  });
}

const many = (count: number, changes: (index: number) => Partial<Offer>): readonly Offer[] =>
  Array.from({ length: count }, (_, index) => anOffer(`o${String(index).padStart(5, "0")}`, changes(index)));
const at = (region: string) => ({ provider: "ecs", target: "aws", region }) as const;
const full = (message: string) => [{ rule: "size", message }];

describe("an explanation of a few offers", () => {
  test("keeps them all, and names policy, overrides and refused targets", () => {
    const refused = [
      { offer: { id: "azure", place: at("") }, reasons: [{ rule: "target", message: "did not answer" }] },
    ];
    const answer = explained(
      [anOffer("a"), anOffer("b", { impossible: full("Too big") })],
      undefined,
      refused,
    );
    expect(answer.ranked.map(({ offer }) => offer.id)).toEqual(["a"]);
    expect(answer.rejected.map(({ offer }) => offer.id)).toEqual(["b", "azure"]);
    expect(answer).toMatchObject({
      policy: "open",
      overrides: ["pinned to ecs"],
      incumbent: undefined,
      omitted: undefined,
    });
  });

  test("keeps of a refused offer its place and reasons, not its bill", () => {
    const { id, place: where } = anOffer("b");
    expect(explained([anOffer("b", { impossible: full("Too big") })]).rejected).toEqual([
      { offer: { id, place: where }, reasons: full("Too big") },
    ]);
  });

  test("says whether the workload stays, and why", () => {
    const here = anOffer("a");
    const incumbent = { offer: "a", place: here.place, billing: here.billing, shape: here.shape };
    expect(explained([here], incumbent).incumbent).toEqual({
      place: here.place,
      stays: true,
      because: "cloud-run/eu-west-1 still ranks best",
    });
  });
});

describe("an explanation of thousands of offers", () => {
  const cheap = (index: number) => ({ place: at(`r${index}`), price: aPrice(String(10 + index)) });

  test("keeps the best, and always the one that was chosen", () => {
    const offers = many(3000, cheap);
    const last = offers.at(-1);
    if (last === undefined) throw new Error("there are offers");
    const incumbent = { offer: last.id, place: last.place, billing: last.billing, shape: last.shape };
    const strict = { ...OPEN_POLICY, movement: { ...OPEN_POLICY.movement, minimumSavingPercent: 100 } };
    const placement = place({ needs: aService(), offers, policy: strict, gateway: OPEN_GATEWAY });
    const choice = choose(placement, incumbent, strict);
    const answer = explain({ placement, policy: strict, choice, incumbent, overrides: [] });
    expect(answer.ranked).toHaveLength(MAX_RANKED);
    expect(answer.ranked[0]?.offer.id).toBe(offers[0]?.id);
    expect(answer.ranked.at(-1)?.offer.id).toBe(last.id);
    expect(answer.omitted).toMatchObject({ ranked: 3000 - MAX_RANKED, rejected: 0 });
  });

  test("counts every refused offer by its reasons, and loses no rare reason", () => {
    const offers = many(4000, (index) => ({
      place: at(`r${index}`),
      impossible: full(index === 3999 ? "the rare one" : index % 2 === 0 ? "even" : "odd"),
    }));
    const { rejected, omitted } = explained(offers);
    expect(rejected).toHaveLength(MAX_REJECTED);
    expect(rejected.some(({ reasons }) => reasons[0]?.message === "the rare one")).toBe(true);
    expect(omitted?.rejected).toBe(4000 - MAX_REJECTED);
    expect(omitted?.groups.map(({ offers: count, reasons }) => [count, reasons[0]?.message])).toEqual([
      [2000, "even"],
      [1999, "odd"],
      [1, "the rare one"],
    ]);
  });

  test("keeps what was said against the place where it runs", () => {
    const offers = many(1000, (index) => ({ place: at(`r${index}`), impossible: full("no") }));
    const last = offers.at(-1);
    if (last === undefined) throw new Error("there are offers");
    const incumbent = { offer: last.id, place: last.place, billing: last.billing, shape: last.shape };
    expect(explained(offers, incumbent).rejected.at(-1)?.offer.id).toBe(last.id);
  });

  test("stays bounded when every offer has a reason of its own", () => {
    const offers = many(2000, (index) => ({ place: at(`r${index}`), impossible: full(`reason ${index}`) }));
    const answer = explained(offers);
    expect(answer.rejected).toHaveLength(MAX_REJECTED);
    expect(answer.omitted?.groups).toHaveLength(MAX_GROUPS);
    expect(JSON.stringify(answer).length).toBeLessThan(100_000);
  });
});
