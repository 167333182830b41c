import { afterEach, beforeEach, expect, test } from "vitest";
import type { CloudPorts } from "../../src/adapters/cloud-ports.ts";
import { createThrottle } from "../../src/adapters/throttle.ts";
import { builtInBook } from "../../src/catalog/shipped-book.ts";
import { noSealer } from "../../src/identity/seal.ts";
import { cloudPorts, type CloudWiring } from "../../src/main/cloud-ports.ts";
import { issuerOf, prepareIssuer } from "../../src/main/issuer.ts";
import { target } from "../adapters/fixtures.ts";
import { testSealer } from "../identity/test-sealer.ts";
import { openTemporaryStore } from "../routes/temporary-store.ts";
import type { OpenStore } from "../store/contract.ts";

const START = Date.UTC(2026, 10, 23);
const CALL = { signal: new AbortController().signal };
const TENANT = { project: "p1", environment: "production" };
const random = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));

let opened: OpenStore;
const clock = { now: START };
beforeEach(async () => {
  opened = await openTemporaryStore();
  clock.now = START;
});
afterEach(async () => opened.close());

function wired(over: Partial<CloudWiring> = {}): CloudPorts {
  const now = () => clock.now;
  const sleep = async () => {};
  const settings = { issuerUrl: "https://berth.example", allowCustomEndpoints: false };
  const sealer = testSealer();
  return cloudPorts({
    store: opened.store,
    sealer,
    settings,
    issuer: issuerOf(settings, { store: opened.store, sealer, now, random }),
    throttle: createThrottle({ now, sleep }),
    book: builtInBook,
    now,
    sleep,
    draw: () => 0,
    fetch,
    ...over,
  });
}

test("resources are marked with this installation's id, and a raised epoch is known within a minute", async () => {
  const { installation } = wired();
  const { id, epoch } = await opened.store.installation(START);
  expect(await installation()).toEqual({ id, epoch });
  await opened.store.raiseEpoch();
  expect((await installation()).epoch).toBe(epoch);
  clock.now += 60_000;
  expect((await installation()).epoch).toBe(epoch + 1);
});

test("an assertion is the issuer's; without one it is denied with what to set", async () => {
  expect(await wired().assertion(target("ecs", {}), "sts.amazonaws.com", CALL)).toMatch(/^ey.*\..*\./);
  const { assertion } = wired({ issuer: undefined });
  await expect(assertion(target("ecs", {}), "sts.amazonaws.com", CALL)).rejects.toMatchObject({
    kind: "denied",
    message: expect.stringContaining("BERTH_ISSUER_URL"),
  });
});

test("a secret that is not there is the user's to mend, and a registry without a login has none", async () => {
  const { secrets, registries } = wired();
  await expect(secrets(TENANT, "db-url@1", CALL)).rejects.toMatchObject({ kind: "invalid" });
  expect(await registries(TENANT, "ghcr.io", CALL)).toBeUndefined();
});

test("a start without sealing keys is no failure: it is said in the log, and nothing is made", async () => {
  const logged: string[] = [];
  const issuer = issuerOf(
    { issuerUrl: "https://berth.example", allowCustomEndpoints: false },
    { store: opened.store, sealer: noSealer("Set BERTH_SEALING_KEYS."), now: () => START, random },
  );
  await prepareIssuer({ issuer, log: (level, message) => void logged.push(`${level}: ${message}`) });
  expect(logged).toEqual(["warn: the token issuer has no keys: Set BERTH_SEALING_KEYS."]);
  expect(await opened.store.issuerKeys()).toEqual([]);
});
