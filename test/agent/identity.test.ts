import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BrokerError, brokerUrl, joinBroker, syncBroker } from "../../src/agent/broker-client.ts";
import { loadIdentity, publicKeyOf, saveIdentity, signCall } from "../../src/agent/identity.ts";
import { joinedIdentity } from "../../src/agent/join.ts";
import type { SyncRequest } from "../../src/domain/agent-protocol.ts";
import { AGENT_ID, startFakeBroker } from "./fake-broker.ts";
import type { FakeBroker } from "./fake-broker.ts";

const request: SyncRequest = {
  report: {
    capacity: { milliCpu: 1000, memoryMiB: 512 },
    arch: "amd64",
    labels: {},
    engine: "podman",
    version: "4.3.1",
    engineOk: true,
    guard: { registries: ["*"] },
    epoch: 0,
  },
  observations: [],
  complete: true,
  unrecognised: [],
};

let dir: string;
let broker: FakeBroker;
const quiet = (): void => {};
const ports = () => ({
  server: broker.url,
  fetch: globalThis.fetch,
  now: Date.now,
  nonce: () => randomBytes(16).toString("base64url"),
});
const options = () => ({
  dataDir: dir,
  joinToken: "join-token-of-the-test",
  pool: "home",
  name: "host-1",
  log: quiet,
});
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "berth-identity-"));
  broker = await startFakeBroker();
});
afterEach(async () => {
  await broker.close();
  await rm(dir, { recursive: true, force: true });
});

describe("an agent's identity", () => {
  test("its key is made once, is the owner's only, and stays", async () => {
    const first = await loadIdentity(join(dir, "data"), quiet);
    const again = await loadIdentity(join(dir, "data"), quiet);
    expect(publicKeyOf(again.key)).toBe(publicKeyOf(first.key));
    expect((await stat(join(dir, "data"))).mode & 0o077).toBe(0);
    expect((await stat(join(dir, "data/identity.json"))).mode & 0o077).toBe(0);
  });

  test("it joins once: the token is not spent again", async () => {
    const first = await joinedIdentity(options(), ports());
    await broker.close();
    const again = await joinedIdentity({ ...options(), joinToken: undefined }, ports());
    expect(again.joined).toEqual(first.joined);
  });

  test("without a token, with a wrong one, or for another pool, it says what to do", async () => {
    await expect(joinedIdentity({ ...options(), joinToken: undefined }, ports())).rejects.toThrow(/--token/);
    await expect(joinedIdentity({ ...options(), joinToken: "wrong" }, ports())).rejects.toThrow(
      /no such token/,
    );
    await expect(joinedIdentity({ ...options(), pool: "office" }, ports())).rejects.toThrow(/--pool home/);
  });

  test("a signed call is believed by who has the public key, and no other is", async () => {
    const { key } = await loadIdentity(dir, quiet);
    await joinBroker(ports(), "join-token-of-the-test", "host-1", key);
    expect(await syncBroker(ports(), AGENT_ID, key, request)).toEqual(broker.reply);
    const stranger = await loadIdentity(join(dir, "stranger"), quiet);
    await expect(syncBroker(ports(), AGENT_ID, stranger.key, request)).rejects.toThrow(/signature is wrong/);
    const nonce = "again";
    await syncBroker({ ...ports(), nonce: () => nonce }, AGENT_ID, key, request);
    await expect(syncBroker({ ...ports(), nonce: () => nonce }, AGENT_ID, key, request)).rejects.toThrow(
      BrokerError,
    );
  });

  test("every part of a call is in its signature", async () => {
    const { key } = await loadIdentity(dir, quiet);
    const call = { id: "a", method: "POST", path: "/v1/x", body: "{}", ts: 1, nonce: "n" };
    const signature = (change: Partial<typeof call>) =>
      signCall(key, { ...call, ...change }).split("sig=")[1];
    const changed = [
      { id: "b" },
      { method: "GET" },
      { path: "/v1/y" },
      { body: "{ }" },
      { ts: 2 },
      { nonce: "m" },
    ];
    for (const change of changed) expect(signature(change), JSON.stringify(change)).not.toBe(signature({}));
  });

  test("an answer that no broker gives is not obeyed", async () => {
    const { key } = await joinedIdentity(options(), ports());
    const bad = [
      { ...broker.reply, epoch: -1 },
      { ...broker.reply, units: [{ id: "../x" }] },
      { ...broker.reply, doomed: "all" },
      { ...broker.reply, leaseMs: 0 },
    ];
    for (const reply of bad) {
      Object.assign(broker, { reply });
      await expect(syncBroker(ports(), AGENT_ID, key, request)).rejects.toThrow(/not understood/);
    }
  });

  test("a torn identity is not replaced by a new one while the one before is whole", async () => {
    const { key, joined } = await joinedIdentity(options(), ports());
    await saveIdentity(dir, { key, joined });
    const again = await loadIdentity(dir, quiet);
    expect(again.joined).toEqual(joined);
  });

  test("a broker below a path is called below it", () => {
    expect(brokerUrl("https://x.example/berth/", "/v1/agents/join").href).toBe(
      "https://x.example/berth/v1/agents/join",
    );
  });
});
