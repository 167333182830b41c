import { expect, test } from "vitest";
import { renderUnit } from "../../../src/adapters/sandbox/render.ts";
import { CLOUDS } from "../../../src/domain/place.ts";
import { template, unit } from "../fixtures.ts";

test.each(CLOUDS)("a simulated %s is told which versions of which secrets, by reference", (provider) => {
  const place = { provider, target: "cloud", region: "eu-west-1" };
  const container = { name: "proxy", image: "a:1", env: {}, resources: { milliCpu: 1, memoryMiB: 8 } };
  const sidecars = [{ ...container, essential: true, secrets: { KEY: "tls-key@7" } }];
  const of = template({ secrets: { DATABASE_URL: "db-url@3" }, sidecars });
  const text = JSON.stringify(renderUnit(provider, "eu-west-1", unit(1, place, { template: of })));
  expect(text).toContain("db-url@3");
  expect(text).toContain("tls-key@7");
});
