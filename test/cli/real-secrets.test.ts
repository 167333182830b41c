import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { allEndpoints } from "../../src/routes/all.ts";
import { canariesIn, CANARY } from "../canary.ts";
import { agentKeys, authorization, REPORT } from "../routes/signed.ts";
import type { DeskOptions } from "./desk.ts";
import { realBroker } from "./real-broker.ts";

/** All that anybody was shown, but for what an agent is handed. */
const shown: { readonly by: string; readonly text: string }[] = [];

const SPEC = `name: web
kind: worker
image: localhost/web:1
secrets: { DATABASE_URL: db-url }
sidecars: [{ name: proxy, image: "localhost/p:1", secrets: { KEY: tls-key } }]
`;

const broker = realBroker({ "web.yaml": SPEC, "key.pem": `-----\n${CANARY}\n-----\n` });

async function berth(line: string, options: DeskOptions = {}) {
  const ran = await broker.berth(line, options);
  shown.push({ by: `berth ${line.replaceAll(CANARY, "...")}`, text: ran.out + ran.err });
  return ran;
}

async function call(method: string, path: string, body?: string) {
  const response = await fetch(broker.access.server + path, {
    method,
    headers: { authorization: `Bearer ${broker.access.token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body }),
  });
  const text = `${JSON.stringify([...response.headers])}${await response.text()}`;
  shown.push({ by: `${method} ${path}`, text });
  return { status: response.status, text };
}

/** An agent that joins, and syncs when it is told to. */
async function agent() {
  const keys = await agentKeys();
  const token = /--token (\S+)/.exec((await berth("agent token --pool home")).out)?.[1] ?? "";
  const post = async (path: string, authorised: string, body: string) => {
    const headers = { authorization: authorised, "content-type": "application/json" };
    return (await fetch(broker.access.server + path, { method: "POST", headers, body })).text();
  };
  const joining = JSON.stringify({ name: "attic", publicKey: keys.publicKey });
  const { agentId: id } = Object(JSON.parse(await post("/v1/agents/join", `Bearer ${token}`, joining)));
  const path = `/v1/agents/${String(id)}/sync`;
  return async (more: object = {}): Promise<string> => {
    const said = { report: REPORT, observations: [], complete: true, unrecognised: [], ...more };
    const body = JSON.stringify(said);
    const signed = await authorization({ id: String(id), keys, ts: Date.now(), path, body });
    return await post(path, signed, body);
  };
}

test("a secret comes out nowhere but where a container gets it", async () => {
  await berth("target add sandbox --simulates aws --region eu-west-1");
  expect((await berth("secret set db-url", { stdin: `${CANARY}\n` })).exit).toBe(0);
  expect((await berth("secret set tls-key --from-file key.pem")).exit).toBe(0);
  expect((await berth(`secret set db-url ${CANARY}`)).exit).toBe(2);
  for (const wrong of [
    `{"value":["${CANARY}"]}`,
    `{"value":"${CANARY}`,
    `{"value":"${CANARY}","shared":3}`,
    `[${CANARY}`,
  ])
    expect((await call("PUT", "/v1/secrets/other", wrong)).status).toBe(400);

  expect((await berth("plan -f web.yaml")).exit).toBe(0);
  const deployed = await berth("deploy -f web.yaml");
  expect(deployed, deployed.err).toMatchObject({ exit: 0 });
  expect((await berth("secret set db-url", { stdin: `${CANARY} once more` })).err).toContain("older version");
  expect((await berth("secret rollout db-url")).exit).toBe(0);

  const sync = await agent();
  await berth("target add agents --pool home");
  await sync();
  expect((await berth("migrate web --to home --yes --no-wait")).exit).toBe(0);
  const handed = await until(
    async () => sync({ secretsOf: [] }),
    (reply) => reply.includes('"db-url@2":"'),
  );
  // The one place where it belongs: without this line nothing here would prove anything.
  expect(canariesIn(handed)).toContain(CANARY);
  const { units } = Object(JSON.parse(handed));
  expect(canariesIn(JSON.stringify(units))).toEqual([]);
  shown.push({ by: "a sync that asks for none", text: await sync() });

  expect((await call("DELETE", "/v1/secrets/db-url")).status).toBe(409);
  expect((await berth("secret rotate-keys")).exit).toBe(0);
  for (const line of [
    "status",
    "status web",
    "explain web",
    "replay web",
    "secret list",
    "agent list",
    "costs",
    "target list",
  ])
    await berth(line);
  await readEverything();

  await broker.end();
  shown.push({ by: "the broker's output", text: broker.said() });
  for (const file of await readdir(broker.folder, { recursive: true, withFileTypes: true }))
    if (file.isFile()) {
      const path = join(file.parentPath, file.name);
      shown.push({ by: path, text: await readFile(path, "latin1") });
    }
  expect(shown.length).toBeGreaterThan(70);
  expect(shown.some(({ by }) => by.endsWith("berth.db"))).toBe(true);
  expect(shown.filter(({ text }) => canariesIn(text).length > 0).map(({ by }) => by)).toEqual([]);
}, 120_000);

/** Every answer that reading can get, by the API's own list. */
async function readEverything(): Promise<void> {
  const ids = [...new Set(shown.flatMap(({ text }) => text.match(/plan_[a-z2-7]{20}/g) ?? []))];
  const names: Readonly<Record<string, string>> = {
    workloads: "web",
    secrets: "db-url",
    targets: "home",
    environments: "production",
  };
  for (const { method, path } of allEndpoints.filter((endpoint) => endpoint.method === "GET")) {
    const noun = path.split("/")[2] ?? "";
    const all = path.includes("{") && noun === "plans" ? ids : [names[noun] ?? "x"];
    for (const id of all) {
      const address = path.replaceAll(/\{[^}]*\}/g, id);
      await call(method, address);
      if (address.endsWith("/receipt")) await call(method, `${address}?texts=true`);
    }
  }
}

async function until(ask: () => Promise<string>, done: (text: string) => boolean): Promise<string> {
  for (let tries = 0; tries < 100; tries += 1) {
    const text = await ask();
    if (done(text)) return text;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error("it did not come");
}
