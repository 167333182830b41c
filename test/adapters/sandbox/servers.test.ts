import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { loopbackServers } from "../../../src/adapters/sandbox/servers.ts";
import { namesOnly, type ServedUnit } from "../../../src/adapters/sandbox/serving.ts";

const opened: { close(): Promise<void> }[] = [];
const servers = () => {
  const made = loopbackServers();
  opened.push(made);
  return made;
};
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});
const served = (changes: Partial<ServedUnit> = {}): ServedUnit => ({
  id: "u1",
  name: "bu1",
  workload: "web",
  image: "web:1",
  provider: "ecs",
  region: "eu-west-1",
  replicas: 2,
  ...changes,
});
// A streamed body needs `duplex`, which the types of the browser do not know.
const upload = (body: ReadableStream<Uint8Array>): RequestInit & { readonly duplex: "half" } => ({
  method: "POST",
  body,
  duplex: "half",
});
const replicaAt = async (url: string): Promise<number> => {
  const said: { readonly replica: number } = await (await fetch(url)).json();
  return said.replica;
};

describe("servers on loopback", () => {
  test("one listener a unit: asked again, it is the same", async () => {
    const here = servers();
    const [first, second] = await Promise.all([here.ensure(served()), here.ensure(served())]);
    expect(first).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(second).toBe(first);
    expect(await here.ensure(served({ id: "u2" }))).not.toBe(first);
  });

  test("one listener a unit, even when two calls find its old address empty at once", async () => {
    const before = servers();
    const url = await before.ensure(served());
    await before.close();
    const here = servers();
    const [first, second] = await Promise.all([here.ensure(served({ url })), here.ensure(served({ url }))]);
    expect([first, second]).toEqual([url, url]);
  });

  test("answers name every replica in turn", async () => {
    const url = await servers().ensure(served({ replicas: 3 }));
    const replicas = [await replicaAt(url), await replicaAt(url), await replicaAt(url)];
    expect(replicas.sort((a, b) => a - b)).toEqual([0, 1, 2]);
  });

  test("are healthy at /healthz", async () => {
    const response = await fetch(`${await servers().ensure(served())}/healthz`);
    expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
  });

  test("echo a body as it comes, before it has ended", async () => {
    const url = await servers().ensure(served());
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    void writer.write(new TextEncoder().encode("one"));
    const response = await fetch(`${url}/echo`, upload(readable));
    const reader = response.body?.getReader();
    const next = async () => new TextDecoder().decode((await reader?.read())?.value);
    expect(await next()).toBe("one");
    void writer.write(new TextEncoder().encode("two"));
    expect(await next()).toBe("two");
    await writer.close();
    expect((await reader?.read())?.done).toBe(true);
  });

  test("a dropped unit answers no more, and dropping it twice is fine", async () => {
    const here = servers();
    const url = await here.ensure(served());
    await here.drop("u1");
    await here.drop("u1");
    await expect(fetch(url)).rejects.toThrow();
  });

  test("a request under way when its unit is dropped still ends well", async () => {
    const here = servers();
    const url = await here.ensure(served());
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    void writer.write(new TextEncoder().encode("begun, "));
    const response = await fetch(`${url}/echo`, upload(readable));
    await here.drop("u1");
    void writer.write(new TextEncoder().encode("ended"));
    await writer.close();
    expect(await response.text()).toBe("begun, ended");
  });

  test("the address from before a restart is taken again", async () => {
    const before = servers();
    const url = await before.ensure(served());
    await before.close();
    expect(await servers().ensure(served({ url }))).toBe(url);
  });

  test("an address that another process serves for this unit is left to it", async () => {
    const url = await servers().ensure(served());
    const other = servers();
    expect(await other.ensure(served({ url }))).toBe(url);
    await other.close();
    expect((await fetch(url)).status).toBe(200);
  });

  test("an address that somebody else has by now is given up for another", async () => {
    const foreign = await servers().ensure(served({ id: "u9" }));
    const url = await servers().ensure(served({ url: foreign }));
    expect(url).not.toBe(foreign);
    expect((await fetch(url)).status).toBe(200);
  });

  test("an address where something that is no web server listens is given up, too", async () => {
    const mute = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => mute.listen(0, "127.0.0.1", resolve));
    const address = mute.address();
    const foreign = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
    try {
      expect(await servers().ensure(served({ url: foreign }))).not.toBe(foreign);
    } finally {
      mute.close();
    }
  });
});

test("where nothing can listen, a unit has a name that never resolves", async () => {
  const names = namesOnly();
  expect(await names.ensure(served())).toBe("https://bu1.sandbox.invalid");
  await names.drop("u1");
});
