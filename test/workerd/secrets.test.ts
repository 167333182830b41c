import { env } from "cloudflare:workers";
import { expect, test } from "vitest";
import control from "../../src/main/control.ts";
import type { ControlEnv } from "../../src/main/workers/bindings.ts";
import { canariesIn, CANARY } from "../canary.ts";
import { at } from "../routes/world.ts";
import { ADMIN, makeTables } from "./installation.ts";

async function ask(bound: ControlEnv, method: string, path: string, json?: unknown) {
  const headers = { authorization: `Bearer ${ADMIN}`, "content-type": "application/json" };
  const body = json === undefined ? null : JSON.stringify(json);
  const answer = await control.fetch(
    new Request(`https://api.test${path}`, { method, headers, body }),
    bound,
  );
  const text = await answer.text();
  return { status: answer.status, text, body: text === "" ? {} : Object(JSON.parse(text)) };
}

test("the control Worker seals with its secret binding; without one it says what to set, and the rest goes on", async () => {
  await makeTables();
  const bare = { ...env, BERTH_SEALING_KEYS: "" };
  const refused = await ask(bare, "PUT", "/v1/secrets/db-url", { value: CANARY });
  expect([refused.status, refused.body.code]).toEqual([503, "unavailable"]);
  expect(refused.text).toContain("wrangler secret put BERTH_SEALING_KEYS -c wrangler.control.toml");
  expect((await ask(bare, "GET", "/v1/secrets")).status).toBe(200);
  expect((await ask(bare, "POST", "/v1/secrets/rewrap")).status).toBe(503);
  const wrong = await ask({ ...env, BERTH_SEALING_KEYS: "k1:short" }, "GET", "/v1/targets");
  expect([wrong.status, wrong.text.includes("say 32 bytes in base64")]).toEqual([503, true]);

  const put = await ask(env, "PUT", "/v1/secrets/db-url", { value: CANARY });
  expect([put.status, at(put.body, "version")]).toEqual([201, 1]);
  // Opened and found the same: no new version.
  expect(at((await ask(env, "PUT", "/v1/secrets/db-url", { value: CANARY })).body, "version")).toBe(1);
  const { results } = await env.DB.prepare("select * from secret_versions").all();
  expect(results.length).toBe(1);
  expect(String(results[0]?.["sealed"])).toMatch(/^berth-seal-1\.k1\./);
  const shown = [
    refused.text,
    put.text,
    JSON.stringify(results),
    (await ask(env, "GET", "/v1/secrets/db-url")).text,
  ];
  expect(shown.flatMap(canariesIn)).toEqual([]);

  const key = (id: string, fill: number) => `${id}:${Buffer.alloc(32, fill).toString("base64")}`;
  const both = { ...env, BERTH_SEALING_KEYS: `${key("k2", 9)},${key("k1", 7)}` };
  expect((await ask(both, "POST", "/v1/secrets/rewrap")).body).toMatchObject({ keyId: "k2", unopened: 0 });
  const after = await env.DB.prepare("select key_id from secret_versions").all();
  expect(after.results).toEqual([{ key_id: "k2" }]);
});
