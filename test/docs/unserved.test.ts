import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ADMIN, at, openWorld, type World } from "../routes/world.ts";
import { openTemporaryStore } from "../routes/temporary-store.ts";

const page = readFileSync(new URL("../../docs/spec.md", import.meta.url), "utf8");
let world: World;
beforeAll(async () => {
  world = await openWorld(openTemporaryStore);
});
afterAll(() => world.close());

test.each([
  { rollout: { onFailure: "hold" } },
  { rollout: { percents: [10, 100] } },
  { rollout: { bakeSeconds: 60 } },
  { env: { KEY: "${workload.api.key}" } },
  { policy: "eu-only" },
])("the page says with which sentence %j is refused", async (asks) => {
  const json = { spec: { name: "web", image: "web", port: 8080, ...asks } };
  const { status, body } = await world.call("/v1/plans", { method: "POST", token: ADMIN, json });
  expect([status, at(body, "code")]).toEqual([400, "invalid-spec"]);
  expect(page).toContain(String(at(body, "errors", 0, "detail")).replace("eu-only", "NAME"));
});
