import { expect, test } from "vitest";
import { call, needs, template } from "../fixtures.ts";
import { CONFIG, runUnit } from "./settings.ts";
import { world } from "./world.ts";

const registries = async (_tenant: object, host: string) =>
  host === "docker.io" ? { username: "acme", password: "x" } : undefined;
const IMAGE = "docker.io/acme/private:1";
const MIRROR = `europe-west1-docker.pkg.dev/${CONFIG.projectId}/hub`;

test("an image of Docker Hub is refused where the project keeps a login for it, which Cloud Run would not use", async () => {
  const here = world({}, { ports: { registries } });
  const hub = needs({ registry: "docker.io", registries: ["docker.io"] });
  const offers = await here.adapter.offers(hub, call());
  expect(offers.length).toBeGreaterThan(0);
  for (const { impossible } of offers)
    expect(impossible).toContainEqual(
      expect.objectContaining({
        rule: "image-registry",
        message: expect.stringContaining("without a login"),
      }),
    );
  const unit = runUnit(1, { template: template({ image: IMAGE }) });
  await expect(here.adapter.apply(unit, call())).rejects.toMatchObject({ kind: "invalid" });
  const job = runUnit(2, { template: template({ kind: "job", route: undefined, image: IMAGE }) });
  const run = { run: "run_1", attempt: 1, name: "btry1", startedAt: 1 };
  await expect(here.adapter.runs?.start(job, run, call())).rejects.toMatchObject({ kind: "invalid" });
  expect([here.google.state().resources, here.google.state().secrets]).toEqual([{}, {}]);
});

test("through a remote repository that holds the login it is taken, and so are other registries", async () => {
  const remoteRepositories = { ...CONFIG.remoteRepositories, "docker.io": MIRROR };
  const mapped = world({}, { ports: { registries }, config: { remoteRepositories } });
  const hub = needs({ registry: "docker.io", registries: ["docker.io"] });
  for (const { impossible } of await mapped.adapter.offers(hub, call())) expect(impossible).toEqual([]);
  await mapped.adapter.apply(runUnit(1, { template: template({ image: IMAGE }) }), call());
  const plain = world({}, { ports: { registries } });
  for (const { impossible } of await plain.adapter.offers(needs(), call())) expect(impossible).toEqual([]);
});
