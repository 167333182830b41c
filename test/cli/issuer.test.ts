import { expect, test } from "vitest";
import { desk, type DeskOptions } from "./desk.ts";
import { ok, scriptedBroker } from "./scripted-broker.ts";

const ISSUER = {
  issuer: "https://keys.example",
  algorithm: "RS256",
  holdsUntil: "2027-05-21T10:00:00.000Z",
  keys: [
    { id: "k1", state: "signs", signsFrom: "2026-11-22T10:00:00.000Z" },
    { id: "k2", state: "next", signsFrom: "2027-02-20T10:00:00.000Z" },
  ],
  documents: [
    { path: "/.well-known/openid-configuration", mediaType: "application/json", text: '{"issuer":"x"}' },
    { path: "/.well-known/jwks.json", mediaType: "application/json", text: '{"keys":[]}' },
  ],
};

async function against(options: DeskOptions = {}) {
  const broker = await scriptedBroker({ "GET /v1/issuer": () => ok(ISSUER) });
  return desk({ server: broker.url, ...options });
}

/** What anyone reads at the issuer's own address; the broker itself is asked as always. */
const publicly =
  (text: (url: string) => Response): typeof fetch =>
  (input, init) => {
    const url = input instanceof Request ? input.url : String(input);
    return url.startsWith(ISSUER.issuer) ? Promise.resolve(text(url)) : fetch(input, init);
  };
const served = (url: string) =>
  new Response(ISSUER.documents.find(({ path }) => url.endsWith(path))?.text ?? "");

test("berth issuer export writes both documents as they are served, and says until when they are enough", async () => {
  const cli = await against({ files: { "public/.well-known/jwks.json": "old" } });
  expect(await cli.run("issuer", "export", "--out", "public")).toBe(0);
  expect(Object.fromEntries(cli.files)).toEqual({
    "public/.well-known/openid-configuration": '{"issuer":"x"}',
    "public/.well-known/jwks.json": '{"keys":[]}',
  });
  expect(cli.err()).toContain("It holds until 2027-05-21T10:00:00.000Z: export again before.");
});

test("berth issuer show says which key signs, and that the public address says the same", async () => {
  const cli = await against({ fetch: publicly(served) });
  expect(await cli.run("issuer", "show")).toBe(0);
  expect(cli.out()).toContain("issuer  https://keys.example (RS256)\n");
  expect(cli.out()).toContain("key     k2 next  from 2027-02-20T10:00:00.000Z\n");
  expect(cli.out()).toContain("✔ https://keys.example/.well-known/jwks.json\n");
});

test.each([
  ["an older copy", () => new Response('{"keys":[1]}'), "says something else"],
  ["nothing", () => new Response("", { status: 404 }), "answers 404"],
  ["no address", () => Response.error(), "answers 0"],
])("berth issuer show fails where the public address has %s", async (_what, answer, says) => {
  const cli = await against({ fetch: publicly(answer) });
  expect(await cli.run("issuer", "show")).toBe(1);
  expect(cli.out()).toContain(`✘ https://keys.example/.well-known/jwks.json ${says}`);
});

test("berth issuer replace asks first, and prints the new keys", async () => {
  const broker = await scriptedBroker({ "POST /v1/issuer/replace-keys": () => ok(ISSUER) });
  const cli = desk({ server: broker.url });
  expect(await cli.run("issuer", "replace")).not.toBe(0);
  expect(broker.calls).toEqual([]);
  expect(await cli.run("issuer", "replace", "--yes")).toBe(0);
  expect(cli.out()).toBe("key  k1 signs\nkey  k2 next\n");
});
