import { decodeJwt } from "jose";
import { afterEach, beforeEach, expect, test } from "vitest";
import { cloudRunAdapter } from "../../src/adapters/cloud-run/index.ts";
import { identityToken } from "../../src/broker/identity-token.ts";
import type { EndpointAuth } from "../../src/domain/identity-token.ts";
import type { Endpoint } from "../../src/domain/observation.ts";
import { serveGoogle, type GoogleServer } from "../adapters/cloud-run/http-server.ts";
import { project } from "../adapters/cloud-run/project.ts";
import { CONFIG } from "../adapters/cloud-run/settings.ts";
import { portsOver } from "../adapters/cloud-run/world.ts";
import { claimed, NOW, observationOf, SCOPE, targetOf, withWorkload } from "../store/fixtures.ts";
import { openStoreFile, type StoreFile } from "./store-file.ts";

const UNIT = "u-p1-web-1";
const ORIGIN = "https://b1-417.europe-west1.run.app";
const OWN: EndpointAuth = { kind: "google-id-token", target: "target-home", unit: UNIT, audience: ORIGIN };
const SIGNAL = new AbortController().signal;
const google = project();

let file: StoreFile;
let server: GoogleServer;
beforeEach(async () => {
  file = await openStoreFile();
  server = await serveGoogle(google);
  await withWorkload(file.store);
});
afterEach(async () => {
  await server.close();
  await file.close();
  expect(server.problems).toEqual([]);
});

/** What the store has of the unit: one endpoint, which says this of itself. */
async function seen(over: Partial<Endpoint>) {
  const endpoint = { replica: 0, url: ORIGIN, transport: "tls", bypassable: false, ready: true } as const;
  const observation = observationOf(UNIT, { endpoints: [{ ...endpoint, auth: OWN, ...over }] });
  const claim = await claimed(file.store);
  await file.store.record(claim, { observations: [observation], release: true, now: NOW });
}

async function asked(auth: EndpointAuth) {
  const open = () => {
    const row = targetOf({ kind: "cloud-run", config: { ...CONFIG, endpoints: server.endpoints } });
    const fetches = { fetch: (url: string | URL, init?: RequestInit) => fetch(url, init) };
    return cloudRunAdapter({ ...row, version: 1 }, portsOver(google, fetches));
  };
  return await identityToken({ store: file.store, open }, auth, SIGNAL);
}

test("an endpoint that is recorded at its target gets a token for its own audience", async () => {
  await seen({});
  const { value } = await asked(OWN);
  expect(decodeJwt(value)).toMatchObject({ aud: ORIGIN, email: CONFIG.serviceAccount });
});

test.each([
  ["another audience", { audience: "https://elsewhere.example" }],
  ["the audience with a path", { audience: `${ORIGIN}/` }],
  ["another unit", { unit: "u-p1-web-2" }],
  ["another target", { target: "target-away" }],
])("whoever asks for %s gets no token, and Google is not asked", async (_what, over) => {
  await seen({});
  await expect(asked({ ...OWN, ...over })).rejects.toMatchObject({ code: "not-found" });
  expect(server.bearers).toEqual([]);
});

test.each([
  ["asks for nothing", { auth: undefined }],
  ["asks for another audience", { auth: { ...OWN, audience: "https://elsewhere.example" } }],
  ["has its audience at another address", { url: "https://elsewhere.example" }],
])("an endpoint that %s has no token", async (_what, over) => {
  await seen(over);
  await expect(asked(OWN)).rejects.toMatchObject({ code: "not-found" });
  expect(server.bearers).toEqual([]);
});

test("a unit that is gone has no token any more", async () => {
  await seen({});
  await file.store.makeDue(SCOPE, "web", NOW);
  const claim = await claimed(file.store);
  await file.store.record(claim, { units: [{ id: UNIT, state: "gone" }], release: true, now: NOW });
  await expect(asked(OWN)).rejects.toMatchObject({ code: "not-found" });
});
