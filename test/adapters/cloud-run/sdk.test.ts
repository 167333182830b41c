import { afterEach, expect } from "vitest";
import { cloudRunAdapter } from "../../../src/adapters/cloud-run/index.ts";
import { withKinds } from "../../../src/adapters/wrap.ts";
import { adapterContract, type Bench } from "../contract.ts";
import { target } from "../fixtures.ts";
import { benchOver, bookUnless } from "./bench.ts";
import { type GoogleServer, serveGoogle } from "./http-server.ts";
import { project } from "./project.ts";
import { CONFIG } from "./settings.ts";
import { portsOver } from "./world.ts";

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
