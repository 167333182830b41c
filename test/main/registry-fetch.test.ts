import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { RegistryTrouble } from "../../src/images/trouble.ts";
import { registryFetch } from "../../src/main/registry-fetch.ts";
import { isLocalBroker, parseRegistryReach } from "../../src/main/registry-settings.ts";

const HERE = { private: false, loopback: true };
const signal = new AbortController().signal;

async function serve(): Promise<number> {
  const server = createServer((request, response) => {
    if (request.url === "/moved") response.writeHead(302, { location: "/else" }).end("moved");
    else response.writeHead(200, { "x-method": request.method }).end("y".repeat(200_000));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

test("a name that leads to this machine is not connected to, whatever it is called", async () => {
  const url = new URL(`http://localhost:${await serve()}/`);
  const refused = registryFetch({ private: false, loopback: false })(url, { signal });
  await expect(refused).rejects.toBeInstanceOf(RegistryTrouble);
  await expect(refused).rejects.toMatchObject({ kind: "unreachable" });
  const response = await registryFetch(HERE)(url, { signal });
  expect(response.status).toBe(200);
  expect((await response.text()).length).toBe(200_000);
});

test("a redirect is answered, not followed, and HEAD has no body", async () => {
  const port = await serve();
  const moved = await registryFetch(HERE)(new URL(`http://127.0.0.1:${port}/moved`), { signal });
  expect([moved.status, moved.headers.get("location")]).toEqual([302, "/else"]);
  await moved.body?.cancel();
  const head = await registryFetch(HERE)(new URL(`http://127.0.0.1:${port}/`), { method: "HEAD", signal });
  expect([head.headers.get("x-method"), head.body]).toEqual(["HEAD", null]);
});

test("it is given up when it is told to", async () => {
  const port = await serve();
  const gone = AbortSignal.abort();
  await expect(registryFetch(HERE)(new URL(`http://127.0.0.1:${port}/`), { signal: gone })).rejects.toThrow();
});

test("a body that is left before its end is closed", async () => {
  const port = await serve();
  const response = await registryFetch(HERE)(new URL(`http://127.0.0.1:${port}/`), { signal });
  for await (const chunk of response.body ?? []) {
    expect(chunk.byteLength).toBeGreaterThan(0);
    break;
  }
  expect(response.bodyUsed).toBe(true);
});

test.each([
  [{}, false, { private: false, loopback: false }],
  [{}, true, { private: false, loopback: true }],
  [{ BERTH_ALLOW_PRIVATE_REGISTRIES: "0" }, true, { private: false, loopback: false }],
  [{ BERTH_ALLOW_PRIVATE_REGISTRIES: "1" }, false, { private: true, loopback: true }],
])("with %j, on a broker that is local (%s), it asks %j besides the internet", (env, isLocal, reach) => {
  expect(parseRegistryReach(env, isLocal)).toEqual({ reach, problems: [] });
});

test("a setting that says neither yes nor no is refused by its name", () => {
  const { problems } = parseRegistryReach({ BERTH_ALLOW_PRIVATE_REGISTRIES: "yes" }, false);
  expect(problems).toEqual([expect.stringContaining("BERTH_ALLOW_PRIVATE_REGISTRIES")]);
});

test("a broker is local when it listens here and names no address by which others come", () => {
  const local = { host: "127.0.0.1", gatewayDomain: undefined, gatewayUrl: undefined };
  expect(isLocalBroker(local)).toBe(true);
  expect(isLocalBroker({ ...local, host: "::1" })).toBe(true);
  for (const other of [
    { host: "0.0.0.0" },
    { host: "::" },
    { gatewayDomain: "apps.test" },
    { gatewayUrl: "https://x" },
  ])
    expect(isLocalBroker({ ...local, ...other })).toBe(false);
});
