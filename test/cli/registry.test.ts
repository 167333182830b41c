import { expect, test } from "vitest";
import { desk, type DeskOptions } from "./desk.ts";
import { ok, scriptedBroker, type Script } from "./scripted-broker.ts";

const VIEW = {
  host: "ghcr.io",
  username: "bot",
  createdAt: "2026-11-22T10:00:00.000Z",
  updatedAt: "2026-11-22T10:00:00.000Z",
};
const PUT: Script = { "PUT /v1/registries/ghcr.io": () => ({ status: 201, body: VIEW }) };
const SET = ["registry", "set", "ghcr.io", "--username", "bot"];

async function against(script: Script, options: DeskOptions = {}) {
  const broker = await scriptedBroker(script);
  return { broker, cli: desk({ server: broker.url, ...options }) };
}

test("a password comes from standard input without its line's end, and is not printed", async () => {
  const { cli, broker } = await against(PUT, { stdin: "canary p4ss\n" });
  expect(await cli.run(...SET)).toBe(0);
  expect(broker.calls.map(({ body }) => body)).toEqual([{ username: "bot", password: "canary p4ss" }]);
  expect(cli.out()).toBe("ghcr.io: images are read and pulled as bot\n");
  expect(cli.out() + cli.err()).not.toContain("canary");
});

test("a key file keeps the line ends inside it", async () => {
  const { cli, broker } = await against(PUT, { stdin: '{\n  "type": "service_account"\n}\n' });
  await cli.run(...SET);
  expect(broker.calls[0]?.body).toMatchObject({ password: '{\n  "type": "service_account"\n}' });
});

test("a password comes from the environment when it is there, or from the variable that is named", async () => {
  const variables = { BERTH_REGISTRY_PASSWORD: "first", HUB_TOKEN: "second" };
  const { cli, broker } = await against(PUT, { variables });
  await cli.run(...SET);
  await cli.run(...SET, "--password-env", "HUB_TOKEN");
  expect(broker.calls.map(({ body }) => body)).toMatchObject([{ password: "first" }, { password: "second" }]);
});

test.each([
  ["a variable that is not set", ["--password-env", "NONE"], {}],
  ["an empty standard input", [], { stdin: "" }],
  ["a terminal, where it would be seen", [], { terminal: true, stdin: "x\n" }],
])("%s is refused before the broker is asked", async (_what, more, options) => {
  const { cli, broker } = await against(PUT, options);
  expect(await cli.run(...SET, ...more)).toBe(2);
  expect(broker.calls).toEqual([]);
});

test("a password as an argument is refused and not repeated", async () => {
  const { cli } = await against(PUT);
  expect(await cli.run(...SET, "canary")).toBe(2);
  expect(await cli.run(...SET, "--password", "canary")).toBe(2);
  expect(cli.out() + cli.err()).not.toContain("canary");
});

test("logins are listed by host and user name, and forgotten once that is confirmed", async () => {
  const { cli, broker } = await against({
    "GET /v1/registries": () => ok({ registries: [VIEW] }),
    "DELETE /v1/registries/registry.example.com%3A5000": () => ({ status: 204 }),
  });
  expect(await cli.run("registry", "list")).toBe(0);
  expect(cli.out()).toContain("ghcr.io  bot       2026-11-22");
  expect(await cli.run("registry", "delete", "registry.example.com:5000")).toBe(2);
  expect(await cli.run("registry", "delete", "registry.example.com:5000", "--yes")).toBe(0);
  expect(broker.calls.map(({ method }) => method)).toEqual(["GET", "DELETE"]);
});
