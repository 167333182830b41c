import { expect, test } from "vitest";
import { ending, type OneTest } from "./tests.ts";

const US = { place: "cloud-run/us-central1", price: "5.00" };
const EU = { place: "ecs/eu-west-1", price: "9.00" };
const SPOT = { ...EU, billing: "spot", price: "3.00" };
const EU_ONLY = { jurisdictions: ["EU"], spot: "forbid" };
const given = { offers: [US, EU, SPOT] };

/** What fails, by pointer. */
const failing = (one: OneTest) => ending(one).differences.map(({ pointer }) => pointer);

test("a test holds when everything that was expected came out", () => {
  const expected = {
    placed: "ecs/eu-west-1 on-demand",
    stays: false,
    order: ["ecs/eu-west-1"],
    rejected: { "cloud-run/us-central1": ["jurisdictions"], "ecs/eu-west-1 spot": ["policy:spot"] },
    allowed: ["ecs/eu-west-1"],
    because: "ranks best",
  };
  expect(ending({ policy: EU_ONLY, given, expect: expected })).toEqual({
    name: "one",
    pointer: "/tests/0",
    ok: true,
    differences: [],
  });
});

test.each([
  [{ placed: "cloud-run" }, "/placed"],
  [{ placed: "nowhere" }, "/placed"],
  [{ stays: true }, "/stays"],
  [{ order: ["ecs/eu-west-1", "cloud-run"] }, "/order/1"],
  [{ rejected: ["ecs/eu-west-1 on-demand"] }, "/rejected/0"],
  [{ rejected: { "ecs/eu-west-1 spot": ["spot", "price"] } }, "/rejected/ecs~1eu-west-1 spot"],
  [{ allowed: ["cloud-run/us-central1"] }, "/allowed/0"],
  [{ because: "would save" }, "/because"],
])("the expectation %j fails where it stands, and nothing else does", (expected, pointer) => {
  expect(failing({ policy: EU_ONLY, given, expect: expected })).toEqual([`/tests/0/expect${pointer}`]);
});

test("a difference tells what came out and why", () => {
  const [difference] = ending({ policy: EU_ONLY, given, expect: { placed: "cloud-run" } }).differences;
  expect(difference?.expected).toBe("cloud-run");
  expect(difference?.actual).toContain("ecs/eu-west-1 on-demand at $9.00 a month");
  expect(difference?.why.join("\n")).toContain("outside the jurisdictions of policy under test: EU");
});

test("nowhere is what is expected when no place may take it", () => {
  const policy = { maxUsdPerMonth: { expected: "1.00" } };
  expect(ending({ policy, given, expect: { placed: "nowhere" } }).ok).toBe(true);
});

test("an incumbent stays while the saving is below what the policy moves for", () => {
  const one = { given: { offers: [US, EU], incumbent: "ecs/eu-west-1" } };
  const policy = { movement: { minimumSavingPercent: 50 } };
  expect(ending({ ...one, policy, expect: { placed: "ecs/eu-west-1", stays: true } }).ok).toBe(true);
  expect(ending({ ...one, expect: { placed: "cloud-run", stays: false } }).ok).toBe(true);
});

test("what runs where nothing is offered any more moves, and the sentence says so", () => {
  const one = { given: { offers: [US], incumbent: "aci/westeurope" } };
  expect(ending({ ...one, expect: { placed: "cloud-run", because: "offers nothing any more" } }).ok).toBe(
    true,
  );
});

test("a pin and an avoid of the test count as an operator's", () => {
  const pinned = { offers: [US, EU], pin: { provider: "ecs" } };
  expect(ending({ given: pinned, expect: { placed: "ecs", rejected: { "cloud-run": ["pin"] } } }).ok).toBe(
    true,
  );
  const avoiding = { offers: [US, EU], avoid: [{ region: "us-central1" }] };
  expect(
    ending({ given: avoiding, expect: { placed: "ecs", rejected: { "cloud-run": ["avoid"] } } }).ok,
  ).toBe(true);
});

test("a known region brings its own jurisdictions, and the test's word wins over them", () => {
  const policy = { jurisdictions: ["EU"] };
  const known = { offers: [{ place: "aci/westeurope" }] };
  expect(ending({ policy, given: known, expect: { placed: "aci" } }).ok).toBe(true);
  const said = { offers: [{ place: "aci/westeurope", jurisdictions: ["US"] }] };
  expect(ending({ policy, given: said, expect: { placed: "nowhere" } }).ok).toBe(true);
});

test("a price, a size, a fidelity, a path and a capacity are taken as the test gives them", () => {
  const dropped = { ...EU, id: "dropped", fidelity: { "/scale": "dropped" } };
  const unknown = { ...EU, id: "unknown", price: "unknown" };
  const dear = { ...EU, id: "dear", price: { expected: "9.00", ceiling: "90.00" } };
  const plain = { ...EU, id: "plain", path: { transport: "plain", reach: "ip" } };
  const full = { place: "agents/home/host-a", capacity: 0 };
  const arm = { ...EU, id: "arm", shape: { arch: "arm64" } };
  const broken = { ...EU, id: "broken", impossible: ["No quota: ask for more"] };
  expect(
    ending({
      policy: { maxUsdPerMonth: { ceiling: "50.00" }, arch: ["amd64"] },
      given: { offers: [dropped, unknown, dear, plain, full, arm, broken] },
      expect: {
        placed: "nowhere",
        rejected: {
          dropped: ["minimumFidelity"],
          unknown: ["price"],
          dear: ["maxUsdPerMonth.ceiling"],
          plain: ["allowPlainHttp"],
          "agents/home/host-a": ["capacity"],
          arm: ["policy:arch"],
          broken: ["impossible"],
        },
      },
    }).differences,
  ).toEqual([]);
});

test("the spec decides what is needed, and given needs win over it", () => {
  const spec = { image: "quay.io/acme/web:1", resources: { arch: "arm64" } };
  const policy = { registries: ["ghcr.io"] };
  const offers = [{ ...EU, shape: { arch: "amd64" } }];
  const from = (needs: object) => ({ policy, given: { offers, spec, needs } });
  expect(ending({ ...from({}), expect: { rejected: { ecs: ["policy:registries", "arch"] } } }).ok).toBe(true);
  expect(ending({ ...from({ registries: ["ghcr.io"], arch: "any" }), expect: { placed: "ecs" } }).ok).toBe(
    true,
  );
});

test("the catalog prices the spec in every region, and a test may speak of a whole cloud", () => {
  const spec = { usage: { requestsPerMonth: 1_000_000, requestMs: 50 } };
  const result = ending({
    policy: { jurisdictions: ["DE"] },
    given: { catalog: true, spec },
    expect: {
      placed: "cloud-run",
      allowed: ["cloud-run/europe-west3"],
      rejected: ["aci/westeurope"],
    },
  });
  expect(result.differences).toEqual([]);
});

test("a size that a test gives is the whole workload's, whatever the containers of its spec ask for", () => {
  const spec = { sidecars: [{ name: "logs", image: "fluent/fluent-bit:4.0" }] };
  const given = { catalog: true, spec, needs: { cpu: "12" } };
  const result = ending({ policy: {}, given, expect: { rejected: { "cloud-run/us-central1": ["size"] } } });
  expect(result.differences).toEqual([]);
});

test("how far users are and how clean the grid is come from the catalog, and the test's word wins over them", () => {
  const given = { offers: [{ place: "ecs/eu-west-1" }, { place: "ecs/ap-southeast-2" }] };
  const nearDublin = {
    weights: { cost: 0, latency: 1, fidelity: 0, stability: 0 },
    users: [{ place: "ecs/eu-west-1" }],
  };
  expect(
    ending({ policy: nearDublin, given, expect: { order: ["ecs/eu-west-1", "ecs/ap-southeast-2"] } }).ok,
  ).toBe(true);
  const cleanest = { weights: { cost: 0, latency: 0, carbon: 1, fidelity: 0, stability: 0 } };
  const said = {
    offers: [
      { place: "ecs/eu-west-1", gridGramsPerKwh: 900 },
      { place: "ecs/eu-west-2", gridGramsPerKwh: 10 },
    ],
  };
  expect(ending({ policy: cleanest, given: said, expect: { placed: "ecs/eu-west-2" } }).ok).toBe(true);
});
