import { afterEach, expect, onTestFinished, test } from "vitest";
import { parseCloudRunConfig } from "../../../src/adapters/cloud-run/config.ts";
import { cloudRunAdapter } from "../../../src/adapters/cloud-run/index.ts";
import { runApiOverSdk } from "../../../src/adapters/cloud-run/sdk.ts";
import { withKinds } from "../../../src/adapters/wrap.ts";
import { adapterContract, type Bench } from "../contract.ts";
import { call, target, template } from "../fixtures.ts";
import { benchOver, bookUnless } from "./bench.ts";
import { type GoogleServer, serveGoogle } from "./http-server.ts";
import { project } from "./project.ts";
import { CONFIG, runUnit } from "./settings.ts";
import { stages, STAGES_IN_TURN } from "./stages.ts";
import { portsOver } from "./world.ts";
import { seenTry } from "../seen-try.ts";

const servers: GoogleServer[] = [];

afterEach(() => {
  for (const { problems } of servers.splice(0)) expect(problems).toEqual([]);
});

// Google's official client over REST, Berth's own token exchange and a project behind a real socket.
adapterContract("Cloud Run over the official client", async (): Promise<Bench> => {
  const state = { broken: false };
  const google = project();
  const server = await serveGoogle(google);
  servers.push(server);
  const ports = portsOver(google, { book: bookUnless(state), fetch: (url, init) => fetch(url, init) });
  const row = target("cloud-run", { ...CONFIG, endpoints: server.endpoints });
  return benchOver(withKinds(cloudRunAdapter(row, ports)), google, state, () => server.close());
});

test("the official client asks for a job's check once more, and all of it is valid", async () => {
  const google = project();
  const server = await serveGoogle(google);
  servers.push(server);
  onTestFinished(() => server.close());
  google.rule({ readsFrom: google.now() + 60_000 });
  const ports = portsOver(google, { fetch: (url, init) => fetch(url, init) });
  const row = target("cloud-run", { ...CONFIG, endpoints: server.endpoints });
  const { runs } = withKinds(cloudRunAdapter(row, ports));
  const job = template({ name: "report", kind: "job", route: undefined, ports: [], volumes: [] });
  const unit = runUnit(1, { template: job });
  const run = { run: "run_1", attempt: 1, name: "btry1", startedAt: google.now() };
  await runs?.start(unit, run, call());
  google.pass(45_000);
  expect((await seenTry(runs, unit, run)).reason).toContain("waits for the right");
  google.pass(45_000);
  await seenTry(runs, unit, run);
  google.pass(45_000);
  expect((await seenTry(runs, unit, run)).phase).toBe("succeeded");
  expect(google.asked.filter(({ method }) => method === "PATCH")).toHaveLength(2);
});

test("the official client's list of jobs tells how far the execution of each has come", async () => {
  const google = project();
  const server = await serveGoogle(google);
  servers.push(server);
  onTestFinished(() => server.close());
  const ports = portsOver(google, { fetch: (url, init) => fetch(url, init) });
  const config = { ...CONFIG, endpoints: server.endpoints };
  const { runs } = withKinds(cloudRunAdapter(target("cloud-run", config), ports));
  const token = async () => await Promise.resolve("unused");
  expect(await stages(google, runs, runApiOverSdk(parseCloudRunConfig(config), ports, token))).toEqual(
    STAGES_IN_TURN,
  );
});
