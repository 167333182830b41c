import { createHash } from "node:crypto";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { WebSocket } from "ws";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodeImage } from "../../../src/agent/image/node-image.ts";
import { run } from "../harness/command.ts";
import type { TestEngine } from "../harness/engine.ts";
import { eventually } from "../harness/patience.ts";
import { hiddenHost } from "./hidden-host.ts";
import { load, openScene } from "./scene.ts";
import type { Scene } from "./scene.ts";
import { webSpec } from "./specs.ts";

const SCRIPT = fileURLToPath(new URL("streams/run.ts", import.meta.url));
const LARGE_BYTES = 20 * 1_048_576;
const CALL_MS = 60_000;

describe("a host that only calls out", () => {
  let scene: Scene;
  let engine: TestEngine;
  let base: string;

  beforeAll(async () => {
    scene = await openScene(["podman"]);
    const { host, remove } = await hiddenHost(scene.network);
    scene.later(remove);
    engine = await scene.engine("podman", host);
    await load(engine, await nodeImage({ name: "localhost/streams:1", script: SCRIPT }));
    await scene.agent(engine, "home");
    const plan = await scene.client.deploy({
      ...webSpec("streams", "v1"),
      image: "localhost/streams:1",
      entrypoint: [],
      args: [],
      resources: { cpu: 0.3, memory: "128Mi" },
    });
    expect(plan.at("state").text()).toBe("ready");
    base = scene.client.url("streams");
  });
  afterAll(() => scene?.close());

  test("cannot be reached by the broker's side, and its container answers through the gateway all the same", async () => {
    const routes = await run(["ip", "route", "show", "table", "all"]);
    expect(routes).toContain(scene.network.gateway);
    expect(routes).not.toContain(networkOf(engine.host.address));
    expect(await scene.client.get("streams")).toBe("ok\n");
  });

  test("takes 20 MiB and gives 20 MiB, byte for byte", async () => {
    const body = Buffer.alloc(LARGE_BYTES, "berth");
    const up = await fetch(`${base}/upload`, { method: "POST", body, signal: AbortSignal.timeout(CALL_MS) });
    expect(await up.json()).toEqual({ bytes: LARGE_BYTES, sha256: sha256(body) });
    const down = await fetch(`${base}/download?bytes=${String(LARGE_BYTES)}`, {
      signal: AbortSignal.timeout(CALL_MS),
    });
    const got = Buffer.from(await down.arrayBuffer());
    expect(got.length).toBe(LARGE_BYTES);
    const chunks = Array.from({ length: LARGE_BYTES / 65_536 }, (_, index) =>
      Buffer.alloc(65_536, index % 251),
    );
    expect(sha256(got)).toBe(sha256(Buffer.concat(chunks)));
  });

  test("keeps a WebSocket, events and a slow download going while another workload comes, changes and goes", async () => {
    const socket = new WebSocket(`${base.replace("http", "ws")}/echo`);
    await once(socket, "open");
    const events = await fetch(`${base}/events`);
    const slow = await fetch(`${base}/download?bytes=${String(LARGE_BYTES)}`);
    const [numbers, bytes] = [readEvents(events), countSlowly(slow)];

    const { client } = scene;
    for (const version of ["v1", "v2"]) {
      expect((await client.deploy(webSpec("other", version))).at("state").text()).toBe("ready");
      expect(await echoed(socket, version)).toBe(version);
    }
    await client.planEnd(await client.planOf("DELETE", "/v1/workloads/other"));
    expect(await echoed(socket, "still here")).toBe("still here");

    const soFar = numbers.read().length;
    const seen = await eventually(
      async () => numbers.read(),
      (all) => all.length > soFar + 5,
    );
    expect(seen).toEqual(Array.from(seen, (_, index) => index));
    bytes.hurry();
    expect(await bytes.total).toBe(LARGE_BYTES);
    await numbers.stop();
    socket.close();
    await once(socket, "close");
  });
});

const sha256 = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

const networkOf = (address: string): string => address.slice(0, address.lastIndexOf(".") + 1);

async function echoed(socket: WebSocket, text: string): Promise<string> {
  const answer = once(socket, "message", { signal: AbortSignal.timeout(CALL_MS) });
  socket.send(text);
  const [message] = await answer;
  return String(message);
}

/** Reads a stream of events as they come. */
function readEvents(response: Response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (reader === undefined) throw new Error("no events");
  let text = "";
  const reading = (async () => {
    for (let part = await reader.read(); !part.done; part = await reader.read()) text += part.value;
  })();
  return {
    read: () => [...text.matchAll(/^data: (\d+)\n\n/gm)].map((match) => Number(match[1])),
    stop: async () => {
      await reader.cancel();
      await reading;
    },
  };
}

/** Takes a body a little at a time, so that the other side must wait, until told to hurry. */
function countSlowly(response: Response) {
  let isSlow = true;
  const total = (async () => {
    let bytes = 0;
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (isSlow) await wait(20);
    }
    return bytes;
  })();
  return { total, hurry: () => void (isSlow = false) };
}
