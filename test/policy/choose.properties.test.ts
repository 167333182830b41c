import { Big } from "big.js";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { samePlace } from "../../src/domain/place.ts";
import { choose } from "../../src/policy/choose.ts";
import type { Incumbent } from "../../src/policy/question.ts";
import { place } from "../../src/policy/place.ts";
import type { PlaceQuestion } from "../../src/policy/question.ts";
import { aService } from "../catalog/needs.ts";
import { anOffer, aPrice, OPEN_GATEWAY, OPEN_POLICY, questions } from "./arbitraries.ts";

/** A question with at least one offer, and one of its offers as the place where the workload runs. */
const running: fc.Arbitrary<readonly [PlaceQuestion, Incumbent]> = questions
  .filter(({ offers }) => offers.length > 0)
  .chain((question) =>
    fc.tuple(
      fc.constant(question),
      fc
        .constantFrom(...question.offers)
        .map(({ id, place, billing, shape }) => ({ offer: id, place, billing, shape })),
    ),
  );

test("an incumbent that is not refused stays, unless the best offer saves at least what the policy asks for", () => {
  fc.assert(
    fc.property(running, fc.integer({ min: 0, max: 60 }), ([question, incumbent], minimumSavingPercent) => {
      const policy = { ...question.policy, movement: { ...question.policy.movement, minimumSavingPercent } };
      const placement = place({ ...question, policy });
      const current = placement.ranked.find(({ offer }) => offer.id === incumbent.offer);
      if (current === undefined) return;
      const { chosen, stays } = choose(placement, incumbent, policy);
      const [best] = placement.ranked;
      const from = new Big(current.offer.price?.expectedUsd ?? 0);
      const saved = from.minus(best?.offer.price?.expectedUsd ?? 0);
      const moves = saved.gt(0) && saved.times(100).gte(from.times(minimumSavingPercent));
      expect(chosen).toEqual(moves ? best : current);
      expect(stays).toBe(chosen !== undefined && samePlace(chosen.offer.place, incumbent.place));
    }),
    { numRuns: 400 },
  );
});

test("a deploy in an unchanged world stays where the last one went", () => {
  fc.assert(
    fc.property(questions, (question) => {
      const placement = place(question);
      const first = choose(placement, undefined, question.policy).chosen;
      if (first === undefined) return;
      const { id, place: where, billing, shape } = first.offer;
      const again = choose(placement, { offer: id, place: where, billing, shape }, question.policy);
      expect(again.chosen).toEqual(first);
      expect(again.stays).toBe(true);
    }),
  );
});

test("what is chosen is always among the ranked, and there is a choice whenever anything is ranked", () => {
  fc.assert(
    fc.property(running, fc.boolean(), ([question, incumbent], isNew) => {
      const placement = place(question);
      const { chosen, because } = choose(placement, isNew ? undefined : incumbent, question.policy);
      expect(chosen === undefined).toBe(placement.ranked.length === 0);
      if (chosen !== undefined) expect(placement.ranked).toContain(chosen);
      expect(because.length).toBeGreaterThan(10);
    }),
  );
});

describe("the sentence that is stored with a plan", () => {
  const here = anOffer("here", {
    place: { provider: "ecs", target: "aws", region: "eu-west-1" },
    price: aPrice("20"),
  });
  const there = (usd: string) => anOffer("there", { price: aPrice(usd) });
  const incumbent: Incumbent = { offer: "here", place: here.place, billing: here.billing, shape: here.shape };
  const decide = (
    offers: PlaceQuestion["offers"],
    who: Incumbent | undefined,
    more: Partial<PlaceQuestion> = {},
  ) =>
    choose(
      place({
        needs: aService({ arch: "any" }),
        offers,
        policy: OPEN_POLICY,
        gateway: OPEN_GATEWAY,
        ...more,
      }),
      who,
      OPEN_POLICY,
    );

  test("names the cost of moving when the place stays", () => {
    expect(decide([here, there("19")], incumbent)).toMatchObject({
      stays: true,
      because:
        "moving from ecs/eu-west-1 to cloud-run/eu-west-1 would save $1.00 a month; the policy moves for a saving of 15 % or more",
    });
  });

  test("says that the best place costs more, or the same", () => {
    const worse = { ...here, fidelity: [{ field: "/x", level: "dropped", message: "gone" }] } as const;
    expect(decide([worse, there("20.50")], incumbent).because).toContain("would add $0.50 a month");
    expect(decide([worse, there("20")], incumbent).because).toContain("would cost the same");
  });

  test("names the saving when it moves", () => {
    expect(decide([here, there("10")], incumbent)).toMatchObject({
      stays: false,
      because:
        "moving from ecs/eu-west-1 to cloud-run/eu-west-1 would save $10.00 a month (50 %); the policy moves for a saving of 15 % or more",
    });
  });

  test("names what was refused where it runs now", () => {
    const moved = decide([here, there("30")], incumbent, { avoid: [{ provider: "ecs" }] });
    expect(moved).toMatchObject({ stays: false, chosen: { offer: { id: "there" } } });
    expect(moved.because).toBe(
      "ecs/eu-west-1, where it runs now, was refused: an override avoids ecs; cloud-run/eu-west-1 ranks best",
    );
  });

  test("says that a place offers nothing any more, and that nothing is left", () => {
    expect(decide([there("30")], incumbent).because).toContain("offers nothing any more");
    expect(decide([], incumbent).because).toBe(
      "every place refuses it; ecs/eu-west-1, where it runs now, offers nothing any more",
    );
    expect(decide([], undefined).because).toBe("every place refuses it");
    expect(decide([here], undefined).because).toBe("ecs/eu-west-1 ranks best");
  });

  test("tells Spot apart from the rest of a place, and moving between them is no change of place", () => {
    const spot = { ...here, id: "spot", billing: "spot", price: aPrice("5") } as const;
    expect(decide([here, spot], incumbent)).toMatchObject({
      chosen: { offer: { id: "spot" } },
      stays: true,
      because: expect.stringContaining("to ecs/eu-west-1 Spot would save $15.00 a month (75 %)"),
    });
  });
});

describe("where the incumbent is found again", () => {
  const host = (name: string, usd: string) =>
    anOffer(name, {
      place: { provider: "agents", target: "pool", region: "home", host: name },
      billing: "own",
      price: aPrice(usd),
    });
  const decide = (offers: PlaceQuestion["offers"], who: Incumbent) =>
    choose(
      place({ needs: aService({ arch: "any" }), offers, policy: OPEN_POLICY, gateway: OPEN_GATEWAY }),
      who,
      OPEN_POLICY,
    ).chosen?.offer.id;

  test("after its shape changed: same billing and architecture, then same billing, then the best there", () => {
    const base = anOffer("old");
    const { place: where, billing, shape } = base;
    const was: Incumbent = { offer: "gone", place: where, billing, shape };
    const arm = anOffer("arm", { shape: { ...shape, arch: "arm64" }, price: aPrice("9") });
    const amd = anOffer("amd", { price: aPrice("10") });
    const instance = anOffer("instance", { billing: "instance", price: aPrice("9.5") });
    expect(decide([instance, arm, amd], was)).toBe("amd");
    expect(decide([instance, arm], was)).toBe("arm");
    expect(decide([instance], was)).toBe("instance");
  });

  test("on another host of its pool when its own is gone", () => {
    const was: Incumbent = {
      offer: "a",
      place: { provider: "agents", target: "pool", region: "home", host: "a" },
      billing: "own",
      shape: anOffer("a").shape,
    };
    const elsewhere = anOffer("cloud", { price: aPrice("4.9") });
    expect(decide([elsewhere, host("b", "5")], was)).toBe("b");
  });
});
