import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { dockerDriver } from "../../src/agent/drivers/docker.ts";
import type { Driver } from "../../src/agent/drivers/driver.ts";
import type { SeenContainer } from "../../src/agent/drivers/seen.ts";
import { helloImage } from "../../src/agent/image/node-image.ts";
import { DEFAULT_LIMITS } from "../../src/agent/limits.ts";
import { aUnit } from "../agent/a-unit.ts";
import { eventually, getText } from "./harness/patience.ts";
import { onEachEngine } from "./harness/on-each-engine.ts";
import { ownEngine } from "./harness/own-engine.ts";
import type { TestEngine } from "./harness/engine.ts";

const owner = { installation: "inst-1", agent: "agent-1" };
const epoch = () => 1;
const sh = (script: string) => ({ entrypoint: ["/bin/sh", "-c"], args: [script] });
const SERVE =
  "mkdir /tmp/w; env | sort > /tmp/w/env; id > /tmp/w/id; pwd > /tmp/w/pwd; exec httpd -f -p $PORT -h /tmp/w";
const LOG_LINE = z.object({ at: z.number(), stream: z.string(), line: z.string(), container: z.string() });
const { signal } = new AbortController();

onEachEngine("the driver on a real %s", (kind) => {
  let engine: TestEngine;
  let driver: Driver;

  ownEngine(kind, (own) => {
    engine = own.engine;
    driver = dockerDriver({
      address: { socketPath: engine.socket },
      owner,
      epoch,
      limits: DEFAULT_LIMITS,
      publishOn: engine.host.address,
    });
  });
  afterEach(async () => {
    await engine.api.clear();
  });

  const main = async (unit = "u-web-1"): Promise<SeenContainer> => {
    const seen = (await driver.look()).find(({ mark }) => mark.unit === unit && mark.container === "main");
    if (seen === undefined) throw new Error("the main container is not there");
    return seen;
  };
  const port = async (): Promise<number> => {
    const { ports } = await eventually(main, (seen) => seen.ports[8080] !== undefined);
    return ports[8080] ?? 0;
  };
  const get = async (path: string): Promise<string> =>
    (await eventually(
      async () => await getText(`http://${engine.host.address}:${String(await port())}${path}`),
      (text) => text !== undefined,
    )) ?? "";
  const died = async (): Promise<SeenContainer> => await eventually(main, ({ state }) => state === "dead");

  test("says which engine it is, and what the host has", async () => {
    const info = await driver.info();
    expect(info.engine).toBe(kind);
    expect(info.capacity.milliCpu).toBeGreaterThanOrEqual(1000);
    expect(info.capacity.memoryMiB).toBeGreaterThan(256);
  });

  test("a replica answers on a published port, with its environment, user and working directory", async () => {
    const template = { ...sh(SERVE), env: { GREETING: "good day" }, user: 1000, workingDir: "/tmp" };
    await driver.start(aUnit({ template }), 0, signal);
    expect(await get("/env")).toContain("GREETING=good day\n");
    expect(await get("/env")).toContain("PORT=8080\n");
    expect(await get("/id")).toContain("uid=1000");
    expect(await get("/pwd")).toBe("/tmp\n");
  });

  test("starting what runs changes nothing", async () => {
    const unit = aUnit({ template: sh(SERVE) });
    await driver.start(unit, 0, signal);
    const before = await main();
    await driver.start(unit, 0, signal);
    expect((await main()).id).toBe(before.id);
    expect(await engine.api.containers()).toHaveLength(1);
  });

  test("files are there before the first instruction, readable by any user", async () => {
    const template = {
      ...sh("mkdir /tmp/w; cp /etc/app/deep/app.yaml /tmp/w/app; exec httpd -f -p $PORT -h /tmp/w"),
      user: 1000,
      files: [{ path: "/etc/app/deep/app.yaml", content: "mode: närmast\n" }],
    };
    await driver.start(aUnit({ template }), 0, signal);
    expect(await get("/app")).toBe("mode: närmast\n");
  });

  test("a scratch volume can be written by any user, outlives a restart, and goes with the unit", async () => {
    const template = {
      ...sh("echo started >> /data/log || exit 9; exec httpd -f -p $PORT -h /data"),
      user: 1000,
      volumes: [{ name: "data", path: "/data", sizeGiB: 1, kind: "scratch" as const }],
    };
    const unit = aUnit({ template });
    await driver.start(unit, 0, signal);
    expect(await get("/log")).toBe("started\n");
    await engine.api.kill((await main()).id);
    await died();
    await driver.start(unit, 0, signal);
    expect(await get("/log")).toBe("started\nstarted\n");
    await driver.stop({ unit: unit.id }, 1, "remove");
    expect(await engine.api.containers()).toEqual([]);
    expect(await engine.api.volumes()).toEqual([]);
  });

  test("what is removed of one unit or replica leaves the volumes of the others", async () => {
    const template = {
      ...sh(SERVE),
      volumes: [{ name: "data", path: "/data", sizeGiB: 1, kind: "scratch" as const }],
    };
    const neighbour = aUnit({ id: "u-web-2", name: "bq3zr5k2m4n6p7s8t9v2w3x4z", template });
    const unit = aUnit({ template });
    // A volume whose container is gone is not kept by anything but the labels that were asked for.
    await driver.start(neighbour, 0, signal);
    await driver.stop({ unit: neighbour.id }, 1, "keep");
    for (const replica of [0, 1]) await driver.start(unit, replica, signal);
    await driver.stop({ unit: unit.id, replica: 1 }, 1, "keep");
    await driver.stop({ unit: unit.id, replica: 0 }, 1, "remove");
    expect([...(await engine.api.volumes())].sort()).toEqual([
      "bq3zr5k2m4n6p7s8t9v2w3x4y-1-data",
      "bq3zr5k2m4n6p7s8t9v2w3x4z-0-data",
    ]);
    await driver.stop({ unit: unit.id }, 1, "remove");
    expect(await engine.api.volumes()).toEqual(["bq3zr5k2m4n6p7s8t9v2w3x4z-0-data"]);
  });

  test("a sidecar shares the main container's network", async () => {
    const sidecar = {
      name: "proxy",
      image: "localhost/busybox:1",
      ...sh(
        "mkdir /tmp/w; echo from the sidecar > /tmp/w/index.html; exec httpd -f -p 127.0.0.1:9000 -h /tmp/w",
      ),
      env: {},
      secrets: {},
      resources: { milliCpu: 100, memoryMiB: 32 },
      essential: true,
    };
    const script =
      "mkdir -p /tmp/w; (until wget -qO /tmp/w/side http://127.0.0.1:9000/index.html; do sleep 0.1; done) & exec httpd -f -p $PORT -h /tmp/w";
    await driver.start(aUnit({ template: { ...sh(script), sidecars: [sidecar] } }), 0, signal);
    expect(await get("/side")).toBe("from the sidecar\n");
    const names = (await driver.look()).map(({ name }) => name).sort();
    expect(names).toEqual(["bq3zr5k2m4n6p7s8t9v2w3x4y-0", "bq3zr5k2m4n6p7s8t9v2w3x4y-0-proxy"]);
    await driver.stop({ unit: "u-web-1" }, 1, "remove");
    expect(await engine.api.containers()).toEqual([]);
  });

  test("limits, denials and no restart by the engine are what the engine itself shows", async () => {
    await driver.start(aUnit({ template: sh(SERVE) }), 0, signal);
    const { HostConfig: host } = await engine.api.inspect((await main()).id);
    expect(host.Memory).toBe(64 * 1_048_576);
    expect(host.NanoCpus).toBe(250_000_000);
    expect(host.PidsLimit).toBe(512);
    expect(host.Privileged).toBe(false);
    expect(host.SecurityOpt).toContain("no-new-privileges");
    expect(["no", ""]).toContain(host.RestartPolicy.Name);
  });

  test("all capabilities are gone inside, and none can be won back", async () => {
    const script = "mkdir /tmp/w; cp /proc/self/status /tmp/w/status; exec httpd -f -p $PORT -h /tmp/w";
    await driver.start(aUnit({ template: sh(script) }), 0, signal);
    const status = await get("/status");
    expect(status).toMatch(/CapEff:\t0000000000000000/);
    expect(status).toMatch(/CapBnd:\t0000000000000000/);
    expect(status).toMatch(/NoNewPrivs:\t1/);
  });

  test("a death is told with exit code and last lines", async () => {
    await driver.start(aUnit({ template: sh("echo one; echo two >&2; exit 7") }), 0, signal);
    const death = await driver.autopsy(await died());
    expect(death.exitCode).toBe(7);
    expect([...death.lines].sort()).toEqual(["one", "two"]);
    expect(death.reason).toBe("exited with code 7");
  });

  test("running out of memory is named", async () => {
    const template = {
      ...sh("exec tail /dev/zero"),
      resources: { ...aUnit().template.resources, memoryMiB: 16 },
    };
    await driver.start(aUnit({ template }), 0, signal);
    const death = await driver.autopsy(await died());
    expect(death.exitCode).toBe(137);
    expect(death.reason).toMatch(/16 MiB/);
  });

  test("stopping lets the container finish within its grace, and kills it after", async () => {
    const script = "trap 'echo bye; exit 0' TERM; echo up; while :; do sleep 0.1; done";
    await driver.start(aUnit({ template: sh(script) }), 0, signal);
    await eventually(
      () => lines(driver, "u-web-1"),
      (found) => found.length === 1,
    );
    const logs = await driver.logs("u-web-1", { tail: 10, follow: true });
    const told = new Response(logs).text();
    await driver.stop({ unit: "u-web-1" }, 5, "remove");
    expect(await told).toContain('"line":"bye"');
    expect(await engine.api.containers()).toEqual([]);
  });

  test("logs name replica, container and stream, and keep their order", async () => {
    await driver.start(aUnit({ template: sh("echo first; echo second; sleep 60") }), 1, signal);
    await eventually(
      () => lines(driver, "u-web-1"),
      (found) => found.length === 2,
    );
    const text = await new Response(await driver.logs("u-web-1", { tail: 10, follow: false })).text();
    const parsed = text
      .trim()
      .split("\n")
      .map((line) => LOG_LINE.parse(JSON.parse(line)));
    expect(parsed.map(({ line }) => line)).toEqual(["first", "second"]);
    expect(parsed[0]).toMatchObject({ stream: "stdout", container: "1/main" });
    expect(parsed[0]?.at).toBeGreaterThan(Date.parse("2026-01-01"));
  });

  test("an image made of the running Node, without a registry or a build, serves", async () => {
    const image = await helloImage("localhost/hello:v1", { HELLO_VERSION: "v1" });
    await engine.api.load(image.tar());
    const template = {
      image: "localhost/hello:v1",
      resources: { ...aUnit().template.resources, memoryMiB: 256 },
    };
    await driver.start(aUnit({ template }), 0, signal);
    expect(JSON.parse(await get("/"))).toMatchObject({ version: "v1", replica: "web-0" });
    expect(await get("/healthz")).toContain("true");
  }, 120_000);

  test("an image that cannot be had is told with its name", async () => {
    const absent = aUnit({ template: { image: "localhost/absent:1" } });
    await expect(driver.start(absent, 0, signal)).rejects.toThrow(/localhost\/absent:1 is not on this host/);
    const unreachable = aUnit({ template: { image: "127.0.0.1:9/team/absent:1" } });
    await expect(driver.start(unreachable, 0, signal)).rejects.toThrow(/127\.0\.0\.1:9/);
  }, 60_000);

  test("a name taken by a stranger is left alone", async () => {
    const name = "bq3zr5k2m4n6p7s8t9v2w3x4y-0";
    await engine.api.create(name, { Image: "localhost/busybox:1", Cmd: ["-c", "sleep 60"] });
    await expect(driver.start(aUnit({ template: sh(SERVE) }), 0, signal)).rejects.toThrow(/not Berth's/);
    expect((await engine.api.inspect(name)).Config.Labels ?? {}).toEqual({});
    expect(await engine.api.containers()).toHaveLength(1);
  });

  test("our own leftover of that name makes way", async () => {
    const unit = aUnit({ template: sh(SERVE) });
    await driver.start(unit, 0, signal);
    await engine.api.kill((await main()).id);
    const { id } = await died();
    await driver.start(unit, 0, signal);
    expect((await main()).id).not.toBe(id);
    expect(await get("/pwd")).toBe("/\n");
  });

  test("a volume of a stranger is not mounted, even under our name", async () => {
    await engine.api.createVolume({ Name: "bq3zr5k2m4n6p7s8t9v2w3x4y-0-data", Driver: "local" });
    const template = {
      ...sh(SERVE),
      volumes: [{ name: "data", path: "/data", sizeGiB: 1, kind: "scratch" as const }],
    };
    await expect(driver.start(aUnit({ template }), 0, signal)).rejects.toThrow(/not Berth's/);
    expect(await engine.api.containers()).toEqual([]);
  });

  test("another installation's and another agent's containers are not stopped, whatever unit is named", async () => {
    const other = dockerDriver({
      address: { socketPath: engine.socket },
      owner: { ...owner, installation: "inst-2" },
      epoch,
      limits: DEFAULT_LIMITS,
      publishOn: engine.host.address,
    });
    await driver.start(aUnit({ template: sh(SERVE) }), 0, signal);
    expect(await other.look()).toEqual([]);
    await other.stop({ unit: "u-web-1" }, 1, "remove");
    expect((await main()).state).toBe("running");
  });
});

async function lines(driver: Driver, unit: string): Promise<readonly string[]> {
  const text = await new Response(await driver.logs(unit, { tail: 100, follow: false })).text();
  return text.split("\n").filter((line) => line !== "");
}
