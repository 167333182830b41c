import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { NoPlacement } from "../../src/broker/no-placement.ts";
import { openBench, type Bench } from "./ports.ts";
import { sandboxTarget, webSpec } from "./specs.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
  await bench.connect("fargate", sandboxTarget("ecs"));
});
afterEach(async () => {
  await bench.close();
});

const put = (over: Readonly<Record<string, unknown>>) =>
  deploy(bench.main.ports, bench.caller, "web", { spec: webSpec(over) });

describe("a spec of which a place could not make its document", () => {
  test.each([
    [{ "x-ecs": { readonlyRootFileSystem: true } }, "Did you mean readonlyRootFilesystem?"],
    [{ "x-ecs": { enableExecuteCommand: "yes" } }, "is true or false"],
    [{ env: Object.fromEntries([1, 2, 3].map((n) => [`LONG_${n}`, "x".repeat(25_000)])) }, "holds 64 KiB"],
  ])("%o goes to another place, and the sentence stands in the plan", async (over, sentence) => {
    await bench.connect("groups", sandboxTarget("aci"));
    const { plan } = await put(over);
    expect(plan.units.map(({ place }) => place.target)).toEqual(["groups"]);
    const refused = plan.explanation.rejected.filter(({ offer }) => offer.place.target === "fargate");
    expect(refused.length).toBeGreaterThan(0);
    for (const { reasons } of refused)
      expect(reasons).toContainEqual(
        expect.objectContaining({ rule: "render", message: expect.stringContaining(sentence) }),
      );
  });

  test("is refused before anything is written where there is no other place", async () => {
    const error = await put({ "x-ecs": { nonsense: 1 } }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(NoPlacement);
    expect(JSON.stringify(error)).toContain("x-ecs has no field nonsense");
    expect(await bench.made("fargate")).toEqual([]);
  });

  test("says of each place what that place reads, and takes no notice of another's field", async () => {
    const { plan } = await put({ "x-aci": { nonsense: 1 } });
    expect(plan.units.map(({ place }) => place.target)).toEqual(["fargate"]);
  });
});
