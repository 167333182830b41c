import { describe, expect, test } from "vitest";
import { differences } from "../../src/broker/differences.ts";
import type { Difference } from "../../src/broker/differences/difference.ts";
import type { Offer } from "../../src/domain/offer.ts";
import type { Explanation, Plan, Unit } from "../../src/domain/plan.ts";
import { planOf, unitOf } from "../store/fixtures.ts";
import { anOffer, aPrice } from "../policy/arbitraries.ts";

const LINE = {
  meter: "cpu-second",
  quantity: "1314000",
  unit: "vCPU-second",
  rateUsd: "0.00001",
  usd: "13.14",
  asOf: "2026-08-15",
  source: "a price list",
};
const offer = anOffer("pool-1", {
  place: { provider: "agents", target: "home", region: "home", host: "agt_1" },
  price: { ...aPrice("13.14", "52.56"), lines: [LINE] },
  capacityReplicas: 4,
});
const layer = { layer: "project", name: "shop", version: 3, hash: "77abcdef00" } as const;
const unit: Unit = { ...unitOf("u1"), offer: offer.id, place: offer.place, replicas: { min: 1, max: 3 } };

function planWith(over: Partial<Plan> = {}, explanation: Partial<Explanation> = {}): Plan {
  const ranked = [{ offer, total: 0.9, scores: { cost: 1 } }];
  return {
    ...planOf("p", 1, [unit]),
    price: offer.price,
    explanation: { ranked, rejected: [], policy: "shop", overrides: [], layers: [layer], ...explanation },
    ...over,
  };
}
const offering = (changes: Partial<Offer>): Partial<Explanation> => ({
  ranked: [{ offer: { ...offer, ...changes }, total: 0.9, scores: {} }],
});
const brief = (changes: readonly Difference[]) =>
  changes.map(({ changed, what, from, to }) => [changed, what, from, to]);
const between = (now: Plan, shown = planWith()) => brief(differences(shown, now));

describe("the same plan made again", () => {
  test("has no differences, whenever it is made and however its rates are dated", () => {
    const lines = [{ ...LINE, asOf: "2026-11-01", source: "the same list, read again" }];
    const again = planWith({
      id: "p2",
      createdAt: 9,
      deadlineAt: 10,
      price: { ...aPrice("13.14", "52.56"), lines },
    });
    expect(between(again)).toEqual([]);
  });
});

describe("prices that changed", () => {
  test("are named month by month and line by line, old and new", () => {
    const dearer = { ...LINE, rateUsd: "0.00002", usd: "26.28" };
    expect(between(planWith({ price: { ...aPrice("26.28", "105.12"), lines: [dearer] } }))).toEqual([
      ["prices", "expected price", "13.14", "26.28"],
      ["prices", "floor price", "13.14", "26.28"],
      ["prices", "ceiling price", "52.56", "105.12"],
      [
        "prices",
        "price line cpu-second",
        "1314000 vCPU-second x 0.00001 = 13.14 USD",
        "1314000 vCPU-second x 0.00002 = 26.28 USD",
      ],
    ]);
  });

  test("tell a line that came from one that went, also of one meter", () => {
    const tier = { ...LINE, quantity: "5", rateUsd: "0.1", usd: "0.5" };
    const lines = [LINE, tier, { ...tier, meter: "ipv4-hour" }];
    expect(between(planWith({ price: { ...aPrice("13.14", "52.56"), lines } }))).toEqual([
      ["prices", "price line cpu-second (2)", "absent", "5 vCPU-second x 0.1 = 0.5 USD"],
      ["prices", "price line ipv4-hour", "absent", "5 vCPU-second x 0.1 = 0.5 USD"],
    ]);
  });

  test("that are no longer known are a difference", () => {
    const [first] = differences(planWith(), planWith({ price: undefined }));
    expect(first?.message).toBe("it would cost unknown USD a month instead of 13.14");
  });
});

describe("a policy that changed", () => {
  test("is named by its layer, with the old version and the new", () => {
    const layers = [{ ...layer, version: 4, hash: "0123456789" }];
    expect(between(planWith({}, { layers }))).toEqual([
      ["policy", "project shop policy", "version 3 (77abcdef)", "version 4 (01234567)"],
    ]);
  });

  test("of the same version with another text is one too", () => {
    expect(between(planWith({}, { layers: [{ ...layer, hash: "0123456789" }] }))).toHaveLength(1);
  });

  test("tells a layer that came and one that went", () => {
    const layers = [{ ...layer, layer: "instance", name: "residency" } as const];
    expect(between(planWith({}, { layers }))).toEqual([
      ["policy", "project shop policy", "version 3 (77abcdef)", "absent"],
      ["policy", "instance residency policy", "absent", "version 3 (77abcdef)"],
    ]);
  });

  test("that now holds the plan is a difference", () => {
    const holds = [{ kind: "freeze", rule: "christmas", message: "until the 27th" }] as const;
    expect(between(planWith({ holds }))).toEqual([
      ["policy", "rules that hold it", "none", "freeze christmas"],
    ]);
  });

  test("and refuses the place is named with the rule's sentence", () => {
    const reasons = [{ rule: "policy:providers", message: "agents is not among the providers" }];
    const now = planWith({ units: [] }, { ranked: [], rejected: [{ offer, reasons }] });
    expect(between(now)[0]).toEqual([
      "policy",
      "whether agents/home/agt_1 takes it",
      "yes",
      "no: agents is not among the providers",
    ]);
  });
});

describe("capacity that changed", () => {
  test("at the chosen place is named as far as the plan may ever need it", () => {
    expect(between(planWith({}, offering({ capacityReplicas: 2 })))).toEqual([
      ["capacity", "room at agents/home/agt_1", "room for all 3 replicas", "room for 2 of 3 replicas"],
    ]);
  });

  test("beyond what the plan may ever need is no difference", () => {
    expect(between(planWith({}, offering({ capacityReplicas: 3 })))).toEqual([]);
    expect(between(planWith({}, offering({ capacityReplicas: undefined })))).toEqual([]);
  });

  test("so that the place is full is named with its sentence, and where it would run instead", () => {
    const reasons = [{ rule: "capacity", message: "no room for another replica" }];
    const other = { ...offer, id: "other", place: { ...offer.place, host: "agt_2" } };
    const now = planWith(
      { units: [{ ...unit, offer: "other", place: other.place }] },
      { ranked: [{ offer: other, total: 0.8, scores: {} }], rejected: [{ offer, reasons }] },
    );
    expect(between(now)).toEqual([
      ["capacity", "whether agents/home/agt_1 takes it", "yes", "no: no room for another replica"],
      ["capacity", "where it would run", "agents/home/agt_1 x1", "agents/home/agt_2 x1"],
    ]);
  });

  test("so that the place is no longer offered is named", () => {
    expect(between(planWith({}, { ranked: [] }))[0]?.[3]).toBe("nothing: it is no longer offered");
  });
});

describe("a workload that changed", () => {
  test("is named by its generation", () => {
    expect(between(planWith({ generation: 2, parent: "p1" }))).toEqual([
      ["workload", "generation", "0", "1 (over p1)"],
    ]);
  });

  test("is named field by field of what would run", () => {
    const template = { ...unit.template, image: "localhost/web:2", args: ["--debug"] };
    expect(between(planWith({ units: [{ ...unit, template }] }))).toEqual([
      ["workload", "image", "localhost/web:1", "localhost/web:2"],
      ["workload", "args", "absent", '["--debug"]'],
    ]);
  });

  test("is named by its replicas, overrides, route and stops", () => {
    const replicas = { min: 1, max: 9 };
    expect(
      between(
        planWith({ units: [{ ...unit, replicas }], stops: { u0: "removed" } }, { overrides: ["pinned"] }),
      ),
    ).toEqual([
      ["workload", "replicas", "1-3", "1-9"],
      ["workload", "overrides", "none", "pinned"],
      ["workload", "what it stops", "{}", '{"u0":"removed"}'],
    ]);
  });
});

describe("another place that ranks best", () => {
  const other = anOffer("other", { price: aPrice("9") });
  const before = planWith(
    {},
    { ranked: [...planWith().explanation.ranked, { offer: other, total: 0.5, scores: {} }] },
  );
  const moved = (elsewhere: Offer) =>
    planWith(
      { units: [{ ...unit, offer: "other", place: other.place }] },
      {
        ranked: [
          { offer: elsewhere, total: 1, scores: {} },
          { offer, total: 0.9, scores: {} },
        ],
      },
    );

  test("because it has become cheaper is a difference of prices", () => {
    expect(between(moved({ ...other, price: aPrice("5") }), before)[0]).toEqual([
      "prices",
      "where it would run",
      "agents/home/agt_1 x1",
      "cloud-run/eu-west-1 x1",
    ]);
  });

  test("because it was not there before is a difference of capacity", () => {
    expect(between(moved(other))[0]?.[0]).toBe("capacity");
  });
});
