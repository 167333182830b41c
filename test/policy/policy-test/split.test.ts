import { expect, test } from "vitest";
import { ending, type OneTest, problemsIn } from "./tests.ts";

const IRELAND = { place: "ecs/eu-west-1", price: "9.00" };
const FRANKFURT = { place: "ecs/eu-central-1", price: "10.00" };
const BELGIUM = { place: "cloud-run/europe-west1", price: "12.00" };
const scale = (min: number) => ({ scale: { min, max: min + 1 } });
const OVER_REGIONS = { spread: { over: "region", minimum: 2 } };
const failing = (one: OneTest) => ending(one).differences.map(({ pointer }) => pointer);

test("a spread that the replicas do not suffice for leaves no place, as the broker says it", () => {
  const one = { policy: OVER_REGIONS, given: { offers: [IRELAND, FRANKFURT], needs: scale(1) } };
  expect(failing({ ...one, expect: { placed: "ecs/eu-west-1" } })).toEqual(["/tests/0/expect/placed"]);
  const because = "it has 1 replica: set scale.min to 2 or more";
  expect(failing({ ...one, expect: { placed: "nowhere", because } })).toEqual([]);
});

test("a spread over more jurisdictions than there are leaves no place, no tier and nothing that stays", () => {
  const one = {
    policy: { spread: { over: "jurisdiction", minimum: 2 }, tiers: [{ name: "any", where: {} }] },
    given: {
      offers: [FRANKFURT, { place: "cloud-run/europe-west3" }],
      needs: scale(3),
      incumbent: "ecs/eu-central-1",
    },
  };
  const because = "only 1 can take it (DE)";
  expect(failing({ ...one, expect: { placed: "nowhere", stays: false, because } })).toEqual([]);
  expect(failing({ ...one, expect: { stays: true, tier: "any" } })).toEqual([
    "/tests/0/expect/stays",
    "/tests/0/expect/tier",
  ]);
});

test("a spread says how many replicas each place has", () => {
  const one = { policy: OVER_REGIONS, given: { offers: [IRELAND, FRANKFURT, BELGIUM], needs: scale(3) } };
  const split = [
    { place: "ecs/eu-central-1", replicas: 1 },
    { place: "ecs/eu-west-1", replicas: 2 },
  ];
  expect(failing({ ...one, expect: { placed: "ecs/eu-west-1", split } })).toEqual([]);
  expect(failing({ ...one, expect: { split: [{ place: "ecs", replicas: 3 }] } }), "a whole cloud").toEqual(
    [],
  );
});

test.each([
  ["another count", [{ place: "ecs/eu-west-1", replicas: 1 }], "/0"],
  ["a place that has none", [{ place: "cloud-run", replicas: 0 }], "/0"],
  ["not all of the places", [{ place: "ecs/eu-west-1", replicas: 2 }], ""],
])("a split that says %s fails where it stands", (_, split, pointer) => {
  const given = { offers: [IRELAND, FRANKFURT, BELGIUM], needs: scale(3) };
  const result = ending({ policy: OVER_REGIONS, given, expect: { split } });
  expect(result.differences).toMatchObject([
    { pointer: `/tests/0/expect/split${pointer}`, actual: "2 at ecs/eu-west-1, 1 at ecs/eu-central-1" },
  ]);
});

test("what overflows its tier goes into the next, as far as the rooms that the test gives", () => {
  const own = { place: "agents/home/host-a", capacity: 2, price: "0.00" };
  const policy = {
    tiers: [
      { name: "own", where: { providers: ["agents"] } },
      { name: "cloud", where: { providers: ["ecs"] } },
    ],
  };
  const overflow = [
    { place: "agents/home", replicas: 2 },
    { place: "ecs/eu-west-1", replicas: 3 },
  ];
  const given = { offers: [own, IRELAND], needs: scale(5) };
  expect(
    ending({ policy, given, expect: { placed: "agents", tier: "own", split: overflow } }).differences,
  ).toEqual([]);
  const full = { ...given, offers: [own, { ...IRELAND, capacity: 1 }] };
  const because = "all tiers together have room for 3";
  expect(ending({ policy, given: full, expect: { placed: "nowhere", because } }).differences).toEqual([]);
});

test("what has no room where it ranks best goes to the next place that has", () => {
  const given = { offers: [{ ...IRELAND, capacity: 1 }, FRANKFURT], needs: scale(2) };
  const expected = {
    placed: "ecs/eu-central-1",
    split: [{ place: "ecs/eu-central-1", replicas: 2 }],
    because: "comes next",
  };
  expect(ending({ given, expect: expected }).differences).toEqual([]);
});

test("replicas that run there already need no new room", () => {
  const full = { ...IRELAND, capacity: 0 };
  const incumbent = { place: "ecs/eu-west-1", replicas: 2 };
  const given = { offers: [full], needs: scale(2) };
  expect(failing({ given: { ...given, incumbent }, expect: { placed: "ecs", stays: true } })).toEqual([]);
  expect(failing({ given: { ...given, incumbent: "ecs/eu-west-1" }, expect: { placed: "nowhere" } })).toEqual(
    [],
  );
});

test("a workload that runs in several places stays in each of them, and a rule sees them all with their price", () => {
  const policy = {
    ...OVER_REGIONS,
    rules: [
      {
        name: "dearer",
        on: ["deploy"],
        when: "change.from.size() == 2 && change.to.size() == 2 && !change.moves && change.price.before == 11.0",
        effect: "warn",
        message: "It is as it was.",
      },
    ],
  };
  const incumbent = [
    { place: "cloud-run/europe-west1", replicas: 2 },
    { place: "ecs/eu-west-1", replicas: 1 },
  ];
  const given = { offers: [IRELAND, FRANKFURT, BELGIUM], needs: scale(3), incumbent, change: {} };
  const expected = {
    stays: true,
    split: [
      { place: "ecs/eu-west-1", replicas: 2 },
      { place: "cloud-run/europe-west1", replicas: 1 },
    ],
    warn: ["dearer"],
  };
  const stay = { ...policy, movement: { minimumSavingPercent: 90 } };
  expect(ending({ policy: stay, given, expect: expected }).differences).toEqual([]);
});

test.each([
  ["a place that is not given", { split: [{ place: "aci", replicas: 1 }] }, "/tests/0/expect/split/0/place"],
  ["no place at all", { split: [] }, "/tests/0/expect/split"],
  ["half a replica", { split: [{ place: "ecs", replicas: 0.5 }] }, "/tests/0/expect/split/0/replicas"],
])("a split of %s is refused with where that stands", (_, expected, pointer) => {
  const problems = problemsIn({ given: { offers: [IRELAND] }, expect: expected });
  expect(problems.map((problem) => problem.pointer)).toEqual([pointer]);
});
