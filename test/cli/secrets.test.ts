import { expect, test } from "vitest";
import { desk, type DeskOptions } from "./desk.ts";
import { at } from "./recorded.ts";
import { ok, scriptedBroker, type Script } from "./scripted-broker.ts";

async function against(script: Script, options: DeskOptions = {}) {
  const broker = await scriptedBroker(script);
  return { broker, cli: desk({ server: broker.url, ...options }) };
}

const SECRET = {
  name: "db-url",
  environment: "production",
  version: 3,
  versions: [],
  shared: { classes: ["preview"] },
  usedBy: [{ environment: "production", workload: "web", versions: [2] }],
  createdAt: at(0),
  createdBy: "token:ann",
  updatedAt: at(60),
  updatedBy: "token:bob",
};
const PUT: Script = { "PUT /v1/secrets/db-url": () => ok(SECRET) };

test("berth secret set sends what is piped in without its last line end, and prints no part of it", async () => {
  const { cli, broker } = await against(PUT, { stdin: "hunter2\nhunter3\n" });
  expect(await cli.run("secret", "set", "db-url")).toBe(0);
  expect(broker.calls.map(({ body }) => body)).toEqual([{ value: "hunter2\nhunter3" }]);
  expect(cli.out()).toBe("db-url is at version 3 in production\n");
  expect(cli.err()).toBe("production/web run with an older version:  berth secret rollout db-url\n");
});

test("berth secret set sends a file as it is, and sharing without a value", async () => {
  const { cli, broker } = await against(PUT, { files: { "key.pem": "-----\n" }, stdin: "not read" });
  expect(
    await cli.run("secret", "set", "db-url", "--from-file", "key.pem", "--share-with", "pr-1, pr-2"),
  ).toBe(0);
  expect(await cli.run("secret", "set", "db-url", "--share-class", "preview")).toBe(0);
  expect(await cli.run("secret", "set", "db-url", "--unshare")).toBe(0);
  expect(broker.calls.map(({ body }) => body)).toEqual([
    { value: "-----\n", shared: { environments: ["pr-1", "pr-2"] } },
    { shared: { classes: ["preview"] } },
    { shared: null },
  ]);
});

test("berth secret set takes no value from the command line or a screen, and repeats none", async () => {
  const { cli, broker } = await against(PUT, { terminal: true, files: { "key.der": "\ufffdhunter2" } });
  expect(await cli.run("secret", "set", "db-url", "hunter2")).toBe(2);
  expect(await cli.run("secret", "set", "db-url")).toBe(2);
  expect(await cli.run("secret", "set", "db-url", "--from-file", "key.der")).toBe(2);
  expect(await cli.run("secret", "set", "db-url", "--unshare", "--share-with", "a")).toBe(2);
  expect(broker.calls).toEqual([]);
  expect(cli.out() + cli.err()).not.toContain("hunter2");
  expect(cli.err()).toContain("--from-file FILE");
});

test("berth secret list says who uses what, and delete asks first", async () => {
  const { cli, broker } = await against({
    "GET /v1/secrets": () => ok({ secrets: [SECRET] }),
    "DELETE /v1/secrets/db-url": () => ({ status: 204, body: {} }),
  });
  expect(await cli.run("secret", "list")).toBe(0);
  expect(cli.out()).toContain("db-url  3");
  expect(cli.out()).toContain("production/web @2");
  expect(await cli.run("secret", "delete", "db-url")).toBe(2);
  expect(await cli.run("secret", "delete", "db-url", "--yes")).toBe(0);
  expect(broker.calls.filter(({ method }) => method === "DELETE").length).toBe(1);
});

test("berth secret rollout and rotate-keys go on until there is no more, and say what was not done", async () => {
  let calls = 0;
  const { cli } = await against({
    "POST /v1/secrets/db-url/rollout": () =>
      ok({
        workloads: [
          {
            workload: `web-${(calls += 1)}`,
            outcome: calls === 2 ? "refused" : "changed",
            message: "no place",
          },
        ],
        more: calls < 2,
      }),
    "POST /v1/secrets/rewrap": () =>
      ok({ keyId: "k2", rewrapped: 1_000, unopened: (calls += 1) === 4 ? 1 : 0, more: calls < 4 }),
  });
  expect(await cli.run("secret", "rollout", "db-url")).toBe(1);
  expect(cli.out()).toContain("web-2     refused");
  expect(await cli.run("secret", "rotate-keys")).toBe(1);
  expect(cli.out()).toContain("2000 sealed values were put under k2\n");
  expect(cli.err()).toContain("1 do not open");
});
