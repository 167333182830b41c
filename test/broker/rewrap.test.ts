import { afterEach, beforeEach, expect, test } from "vitest";
import { putRegistry } from "../../src/broker/registries.ts";
import { registryLogins } from "../../src/broker/registry-logins.ts";
import { rewrapAll } from "../../src/broker/rewrap.ts";
import { putSecret } from "../../src/broker/secrets.ts";
import { secretReader } from "../../src/broker/secret-values.ts";
import type { Sealer } from "../../src/identity/seal.ts";
import { testSealer } from "../identity/test-sealer.ts";
import { openBench, type Bench } from "./ports.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(async () => {
  await bench.close();
});

const portsWith = (sealer: Sealer) => ({ ...bench.main.ports, sealer });
const read = (sealer: Sealer, reference: string) =>
  secretReader(portsWith(sealer))(
    { project: bench.caller.project.id, environment: "production" },
    reference,
    { signal: new AbortController().signal },
  );
const fill = async (count: number, sealer = testSealer("k1")) => {
  for (let index = 0; index < count; index += 1)
    await putSecret(portsWith(sealer), bench.caller, `s-${index}`, { value: `value ${index}` });
};
const both = testSealer("k2", "k1");

test("a rewrap puts everything under the current key, and the old one can go", async () => {
  await fill(3);
  const login = { username: "bot", password: "hunter2" };
  await putRegistry(portsWith(testSealer("k1")), bench.caller, "ghcr.io", login);
  expect(await rewrapAll(portsWith(both), bench.caller)).toEqual({
    keyId: "k2",
    rewrapped: 4,
    unopened: 0,
    more: false,
  });
  const alone = testSealer("k2");
  for (const index of [0, 1, 2]) expect(await read(alone, `s-${index}@1`)).toBe(`value ${index}`);
  const tenant = { project: bench.caller.project.id, environment: "production" };
  const call = { signal: new AbortController().signal };
  expect(await registryLogins(portsWith(alone))(tenant, "ghcr.io", call)).toEqual(login);
  const before = await bench.file.dump();
  expect(await rewrapAll(portsWith(both), bench.caller)).toMatchObject({ rewrapped: 0, more: false });
  expect(await bench.file.dump()).toBe(before);
});

test("a rewrap goes on page by page, and past what no key opens", async () => {
  await fill(130, testSealer("lost"));
  await fill(260);
  const done = await rewrapAll(portsWith(both), bench.caller);
  // Versions 1 are under the lost key; `fill` put versions 2 of the same names, and 130 names more.
  expect(done).toMatchObject({ rewrapped: 260, unopened: 130, more: false });
  expect(await read(testSealer("k2"), "s-259")).toBe("value 259");
  expect(bench.logged.filter((line) => line.includes("Sealing key lost")).length).toBe(130);
});

test("reads and writes go on while everything is rewrapped, and none of them fails", async () => {
  await fill(60);
  const reads: Promise<string>[] = [];
  const over = new AbortController();
  const load = async () => {
    for (let round = 0; !over.signal.aborted; round += 1) {
      const index = round % 60;
      reads.push(read(both, `s-${index}@1`));
      if (round % 7 === 0) await putSecret(portsWith(both), bench.caller, `n-${round}`, { value: "new" });
      await Promise.allSettled(reads.slice(-1));
    }
  };
  const loaded = Promise.all([load(), load()]);
  const twice = await Promise.all([1, 2].map(() => rewrapAll(portsWith(both), bench.caller)));
  over.abort();
  await loaded;
  expect(twice.every(({ unopened, more }) => unopened === 0 && !more)).toBe(true);
  const values = await Promise.all(reads);
  expect(values.every((value) => value.startsWith("value "))).toBe(true);
  expect(values.length).toBeGreaterThan(10);
  for (let index = 0; index < 60; index += 1)
    expect(await read(testSealer("k2"), `s-${index}@1`)).toBe(`value ${index}`);
});
