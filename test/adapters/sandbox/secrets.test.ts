import { expect, test } from "vitest";
import { CLOUDS } from "../../../src/domain/place.ts";
import { call, template } from "../fixtures.ts";
import { sandbox, unitAt } from "./bench.ts";

test.each(CLOUDS)("a simulated %s is told which versions of which secrets, by reference", (cloud) => {
  const { adapter } = sandbox(cloud);
  const container = { name: "proxy", image: "a:1", env: {}, resources: { milliCpu: 100, memoryMiB: 128 } };
  const sidecars = [{ ...container, essential: true, secrets: { KEY: "tls-key@7" } }];
  const resources = { milliCpu: 150, memoryMiB: 384, ephemeralStorageGiB: 20, arch: "any" } as const;
  const of = template({ resources, secrets: { DATABASE_URL: "db-url@3" }, sidecars });
  const text = JSON.stringify(adapter.render(unitAt(cloud, 1, { template: of })));
  for (const name of ["db-url", "tls-key"]) expect(text).toContain(name);
});

test.each(CLOUDS)("no value of a secret is ever read for a simulated %s", async (cloud) => {
  const here = sandbox(cloud);
  // The bench's ports answer every read of a secret with an error.
  await here.adapter.apply(unitAt(cloud, 1), call());
  expect(await here.made()).toHaveLength(1);
});
