import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { deploy } from "../../src/broker/deploy.ts";
import type { Ports } from "../../src/broker/ports.ts";
import { MAX_SECRET_BYTES, putSecret } from "../../src/broker/secrets.ts";
import { syncAgent } from "../../src/broker/sync-agent.ts";
import { noSealer } from "../../src/identity/seal.ts";
import { joinHost, runWith, type JoinedHost } from "./agents.ts";
import { openBench, type Bench } from "./ports.ts";
import { workerSpec } from "./specs.ts";

let bench: Bench;
let attic: JoinedHost;
let cellar: JoinedHost;
beforeEach(async () => {
  bench = await openBench();
  attic = await joinHost(bench, "attic");
  cellar = await joinHost(bench, "cellar");
});
afterEach(async () => {
  await bench.close();
});

const put = async (value: string, name = "db-url") => {
  await putSecret(bench.main.ports, bench.caller, name, { value });
};
const SPEC = workerSpec({
  secrets: { DATABASE_URL: "db-url" },
  files: [{ path: "/etc/key", secret: "tls-key" }],
});
const up = async (spec: unknown = SPEC) =>
  (await deploy(bench.main.ports, bench.caller, "web", { spec })).plan;
const hosts = () => [attic, cellar];
const ask = (host: JoinedHost, secretsOf?: readonly string[], ports: Ports = bench.main.ports) =>
  syncAgent(ports, host.agent, {
    ...host.host.request(bench.clock.now),
    ...(secretsOf === undefined ? {} : { secretsOf }),
  });

describe("an agent's sync", () => {
  test("hands out the values of its own units, in the versions they pin, and those it has not", async () => {
    await put("postgres://one");
    await put("-----KEY-----", "tls-key");
    const [unit] = (await up()).units;
    await put("postgres://two");
    await runWith(bench, hosts(), 3_000);
    const holder = hosts().find(({ agent }) => agent.id === unit?.place.host);
    const other = hosts().find(({ agent }) => agent.id !== unit?.place.host);
    if (unit === undefined || holder === undefined || other === undefined)
      throw new Error("nothing is placed");
    const values = { "db-url@1": "postgres://one", "tls-key@1": "-----KEY-----" };
    expect((await ask(holder, [])).secrets).toEqual([{ unit: unit.id, values }]);
    expect((await ask(holder, [unit.id])).secrets).toBe(undefined);
    expect((await ask(other, [])).secrets).toBe(undefined);
  });

  test("hands out none to an agent that does not say that it takes them", async () => {
    await put("postgres://one");
    await up(workerSpec({ secrets: { DATABASE_URL: "db-url" } }));
    await runWith(bench, hosts(), 3_000);
    for (const host of hosts()) expect(JSON.stringify(await ask(host))).not.toContain("postgres://one");
  });

  test("says why where a value cannot be opened, and hands out the rest of the answer", async () => {
    await put("postgres://one");
    const [unit] = (await up(workerSpec({ secrets: { DATABASE_URL: "db-url" } }))).units;
    await runWith(bench, hosts(), 3_000);
    const holder = hosts().find(({ agent }) => agent.id === unit?.place.host) ?? attic;
    const ports = { ...bench.main.ports, sealer: noSealer("set BERTH_SEALING_KEYS") };
    const reply = await ask(holder, [], ports);
    expect(reply.units.map(({ id }) => id)).toEqual([unit?.id]);
    expect(reply.secrets).toEqual([
      { unit: unit?.id, because: "Secret db-url@1 cannot be opened. set BERTH_SEALING_KEYS" },
    ]);
  });

  test("spreads a very large answer over several syncs, each unit whole", async () => {
    const names = Array.from({ length: 40 }, (_, index) => `s-${index}`);
    for (const name of names) await put(`${name}:`.padEnd(MAX_SECRET_BYTES, "x"), name);
    const secrets = Object.fromEntries(names.map((name, index) => [`S${index}`, name]));
    for (const workload of ["one", "two", "three"])
      await deploy(bench.main.ports, bench.caller, workload, {
        spec: workerSpec({ name: workload, secrets }),
      });
    await runWith(bench, hosts(), 3_000);
    const held: string[] = [];
    const sizes: number[] = [];
    for (let syncs = 0; syncs < 10; syncs += 1) {
      const replies = await Promise.all(hosts().map((host) => ask(host, held)));
      for (const { secrets: given = [] } of replies) {
        sizes.push(given.length);
        held.push(...given.map(({ unit }) => unit));
        for (const one of given) expect("values" in one && Object.keys(one.values).length).toBe(40);
      }
    }
    expect(new Set(held).size).toBe(3);
    expect(Math.max(...sizes)).toBeLessThan(3);
  });
});
