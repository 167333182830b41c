import { afterEach, beforeEach, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import { putRegistry } from "../../src/broker/registries.ts";
import { syncAgent } from "../../src/broker/sync-agent.ts";
import { noSealer } from "../../src/identity/seal.ts";
import { joinHost, runWith, type JoinedHost } from "./agents.ts";
import { openBench, type Bench } from "./ports.ts";

const LOGIN = { username: "bot", password: "s3cret" };
const SPEC = {
  name: "web",
  image: "ghcr.io/acme/web:1",
  port: 8080,
  sidecars: [{ name: "proxy", image: "quay.io/acme/proxy:1" }],
};

let bench: Bench;
let attic: JoinedHost;
beforeEach(async () => {
  bench = await openBench();
  attic = await joinHost(bench, "attic");
  for (const host of ["ghcr.io", "docker.io"]) await putRegistry(bench.main.ports, bench.caller, host, LOGIN);
  await deploy(bench.main.ports, bench.caller, "web", { spec: SPEC });
  await bench.main.pass();
});
afterEach(async () => {
  await bench.close();
});

const ask = (secretsOf: readonly string[] | undefined, ports = bench.main.ports) =>
  syncAgent(ports, attic.agent, { ...attic.host.request(bench.clock.now), secretsOf });

test("an agent gets the logins of the registries that its next units come from, and no other", async () => {
  expect((await ask([])).logins).toEqual([{ host: "ghcr.io", ...LOGIN }]);
});

test("an agent on an unsafe way, which takes no secrets, gets none", async () => {
  expect((await ask(undefined)).logins).toBeUndefined();
});

test("an agent whose units are ready gets none", async () => {
  await runWith(bench, [attic], 5_000);
  expect((await ask([])).logins).toBeUndefined();
});

test("a login that cannot be opened does not keep an agent from its units", async () => {
  const reply = await ask([], { ...bench.main.ports, sealer: noSealer("no key") });
  expect(reply.units).toHaveLength(1);
  expect(reply.logins).toBeUndefined();
  expect(bench.logged.join("\n")).toContain("ghcr.io");
});
