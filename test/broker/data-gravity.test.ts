import { afterEach, beforeEach, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { openBench, type Bench } from "./ports.ts";
import { sandboxTarget, webSpec, workerSpec } from "./specs.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("aws", sandboxTarget("ecs"));
});
afterEach(async () => {
  await bench.close();
});

const put = async (name: string, more: object, base = workerSpec) =>
  (await deploy(bench.main.ports, bench.caller, name, { spec: { ...base({ name }), ...more } })).plan;
const talking = (...talksTo: readonly object[]) => put("reports", { talksTo });
const traffic = (plan: Awaited<ReturnType<typeof put>>) =>
  plan.price?.lines
    .filter(({ meter }) => meter === "egress-gib" || meter === "inter-region-gib")
    .map(({ meter, quantity }) => [meter, quantity]);

test("traffic with another workload is priced by where that one runs, of each as its own", async () => {
  await put("near", {});
  await bench.connect("gcp", sandboxTarget("cloud-run"));
  await put("far", { policy: { targets: ["gcp"] } }, webSpec);
  const only = { policy: { targets: ["aws"] } };
  const talksTo = [
    { workload: "near", gibPerMonth: 5 },
    { workload: "far", gibPerMonth: 100 },
  ];
  const plan = await put("reports", { ...only, talksTo });
  expect(traffic(plan)).toEqual([["egress-gib", "100"]]);
  expect(plan.price?.notPriced?.join()).not.toContain("talksTo");
});

test("traffic draws a workload to where the other one runs", async () => {
  await bench.connect("dear", { ...sandboxTarget("ecs"), region: "eu-central-1" });
  await put("api", { policy: { targets: ["dear"] } });
  const apart = await put("calm", {});
  const drawn = await talking({ workload: "api", gibPerMonth: 100_000 });
  expect(apart.units[0]?.place.target).toBe("aws");
  expect(drawn.units[0]?.place.target).toBe("dear");
});

test("traffic with a workload that runs nowhere is said to be left out", async () => {
  const plan = await talking({ workload: "later", gibPerMonth: 5 });
  expect(traffic(plan)).toEqual([]);
  expect(plan.price?.notPriced).toContain(
    "talksTo: traffic with later, whose place is not known until it runs",
  );
});

test("a place that no cloud has is refused with the one that is meant", async () => {
  await expect(talking({ workload: "web" }, { place: "ecs/eu-wst-1", gibPerMonth: 5 })).rejects.toMatchObject(
    {
      code: "invalid-spec",
      problems: [
        {
          pointer: "/talksTo/1/place",
          message: expect.stringMatching(
            /^nobody knows where ecs\/eu-wst-1 is; did you mean ecs\/eu-w?est-1\?$/,
          ),
        },
      ],
    },
  );
  await expect(talking({ place: "moon/base", gibPerMonth: 5 })).rejects.toThrow("places that nobody knows");
});

test("a pool of one's own is a place by its target's name for it", async () => {
  const home = { place: "agents/home", name: "db", gibPerMonth: 7 };
  await expect(talking(home)).rejects.toMatchObject({ code: "invalid-spec" });
  await bench.connect("machines", { kind: "agents", pool: "home" });
  expect(traffic(await talking(home))).toEqual([["egress-gib", "7"]]);
});
