import { afterEach, expect, onTestFinished, test } from "vitest";
import { cloudRunAdapterOver } from "../../../src/adapters/cloud-run/index.ts";
import { runApiOverSdk } from "../../../src/adapters/cloud-run/sdk.ts";
import { parseCloudRunConfig } from "../../../src/adapters/cloud-run/config.ts";
import { withKinds } from "../../../src/adapters/wrap.ts";
import { adapterContract, type Bench } from "../contract.ts";
import { target } from "../fixtures.ts";
import { benchOver, bookUnless } from "./bench.ts";
import { type GrpcServer, serveGrpc } from "./grpc-server.ts";
import { project } from "./project.ts";
import { CONFIG } from "./settings.ts";
import { stages, STAGES_IN_TURN } from "./stages.ts";
import { portsOver, world } from "./world.ts";

const servers: GrpcServer[] = [];

afterEach(() => {
  for (const { problems } of servers.splice(0)) expect(problems).toEqual([]);
});

// Google's official client over gRPC, by Google's own protos; what has no gRPC client of ours goes to the same project over REST.
adapterContract("Cloud Run over gRPC", async (): Promise<Bench> => {
  const state = { broken: false };
  const google = project();
  const server = await serveGrpc(google);
  servers.push(server);
  const ports = portsOver(google, { book: bookUnless(state) });
  const run = runApiOverSdk(parseCloudRunConfig(CONFIG), ports, async () => "unused", server.clients);
  const { rest } = world({}, { google }).api;
  const adapter = withKinds(cloudRunAdapterOver(target("cloud-run", CONFIG), ports, { run, rest }));
  return benchOver(adapter, google, state, () => server.close());
});

test("the list of jobs over gRPC tells how far the execution of each has come", async () => {
  const google = project();
  const server = await serveGrpc(google);
  servers.push(server);
  onTestFinished(() => server.close());
  const config = parseCloudRunConfig(CONFIG);
  const run = runApiOverSdk(
    config,
    portsOver(google),
    async () => await Promise.resolve("unused"),
    server.clients,
  );
  const { runs } = world({}, { google }).adapter;
  expect(await stages(google, runs, run)).toEqual(STAGES_IN_TURN);
});
