import { expect, test } from "vitest";
import { agentKeys, authorization, REPORT, type AgentKeys } from "../routes/signed.ts";
import { realBroker } from "./real-broker.ts";

const broker = realBroker();
const { berth } = broker;

/** One call of the API, whose answer is JSON or nothing. */
async function call(method: string, path: string, authorised: string, body?: string) {
  const response = await fetch(broker.access.server + path, {
    method,
    headers: { authorization: authorised, "content-type": "application/json" },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : Object(JSON.parse(text)) };
}

/** Lets an agent join by the very line that `berth agent token` prints. */
async function join(name: string): Promise<{ readonly id: string; readonly keys: AgentKeys }> {
  const keys = await agentKeys();
  const token = /--token (\S+)/.exec((await berth("agent token --pool home")).out)?.[1] ?? "";
  const body = JSON.stringify({ name, publicKey: keys.publicKey });
  const joined = await call("POST", "/v1/agents/join", `Bearer ${token}`, body);
  return { id: String(joined.body.agentId), keys };
}

async function sync({ id, keys }: { readonly id: string; readonly keys: AgentKeys }, report: object = {}) {
  const path = `/v1/agents/${id}/sync`;
  const body = JSON.stringify({
    report: { ...REPORT, ...report },
    observations: [],
    complete: true,
    unrecognised: [],
  });
  const signed = await authorization({ id, keys, ts: Date.now(), path, body });
  expect(await call("POST", path, signed, body)).toMatchObject({ status: 200 });
}

test("berth agent list shows an agent that joined, one that is heard, and one whose engine is not", async () => {
  const attic = await join("attic");
  expect((await berth("agent list")).out).toMatch(/^ {2}attic {2}home {2}joined {2}never$/m);
  await sync(attic);
  expect((await berth("agent list")).out).toMatch(
    /^ {2}attic {2}home {2}alive {2}\d+ s ago {2}podman 4\.3$/m,
  );
  await sync(attic, { engineOk: false });
  expect((await berth("agent list")).out).toMatch(/^ {2}attic {2}home {2}engine silent {2}\d+ s ago /m);
  expect(await berth(`agent remove ${attic.id} --yes`)).toMatchObject({ exit: 0 });
  expect((await berth("agent list")).out).toBe("");
});

test("berth agent remove asks first, and then removes an agent that units are placed on", async () => {
  const cellar = await join("cellar");
  expect((await berth("target add agents --pool home")).exit).toBe(0);
  await sync(cellar);
  const files = { "web.yaml": "name: web\nimage: localhost/web:1\nport: 8080\n" };
  const deployed = await berth("deploy -f web.yaml --no-wait", { files });
  expect(deployed, deployed.err).toMatchObject({ exit: 0 });
  const bare = await call("DELETE", `/v1/agents/${cellar.id}`, `Bearer ${broker.access.token}`);
  expect(bare.body).toMatchObject({ code: "confirmation-required" });
  const asked = await berth("agent remove cellar", { terminal: true, stdin: "n\n" });
  expect(asked).toMatchObject({ exit: 1, err: expect.stringContaining("Forget cellar of pool home?") });
  expect((await berth("agent list")).out).toContain("cellar");
  expect(await berth("agent remove cellar", { terminal: true, stdin: "y\n" })).toMatchObject({
    exit: 0,
    out: "cellar is forgotten\n",
  });
  expect((await berth("agent list")).out).not.toContain("cellar");
});
