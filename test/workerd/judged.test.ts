import { env } from "cloudflare:workers";
import { beforeAll, expect, test } from "vitest";
import type { Account } from "../../src/adapters/sandbox/account.ts";
import type { Cloud } from "../../src/domain/place.ts";
import { objectOf } from "../../src/main/workers/bindings.ts";
import { takeViolations } from "../contracts/ledger.ts";
import { deployReady, edgeWith, makeTables } from "./installation.ts";

const edge = edgeWith("up");
const SPEC = { name: "web", kind: "worker", image: "ghcr.io/acme/web:1" };

/** What each cloud keeps, with one member in it that its contract does not allow in an answer. */
const SPOILT: readonly {
  readonly simulates: Cloud;
  readonly region: string;
  readonly spoil: (account: string) => string;
  readonly says: RegExp;
}[] = [
  {
    simulates: "ecs",
    region: "eu-west-1",
    spoil: (account) => account.replaceAll('"tags":[', '"tags":[{"key":"spoilt","value":7},'),
    says: /^The contract of AWS is broken: \w+\.reply\.\S+\.value: should be a string, not 7/,
  },
  {
    simulates: "aci",
    region: "westeurope",
    spoil: (account) => account.replaceAll('"location":"westeurope"', '"location":7'),
    says: /^The contract of Azure is broken: reply 200 \S*\/location: must be string/,
  },
  {
    simulates: "cloud-run",
    region: "us-central1",
    spoil: (account) => account.replaceAll('"labels":{', '"labels":{"spoilt":7,'),
    says: /^The contract of Google is broken: \S+ \S+ reply\S*\.labels\.spoilt: is no text/,
  },
];

beforeAll(makeTables);

test.each(SPOILT)(
  "what the control Worker's own sandbox of $simulates answers outside its contract is remembered, though the reconciler goes on",
  async ({ simulates, region, spoil, says }) => {
    const json = { kind: "sandbox", simulates, region };
    expect((await edge.call(`/v1/targets/${simulates}`, { method: "PUT", json })).status).toBe(201);
    const name = `web-${simulates}`;
    const spec = { ...SPEC, name };
    await deployReady(edge, spec);
    expect(takeViolations()).toEqual([]);

    await change(simulates, spoil);
    await edge.call(`/v1/workloads/${name}`, {
      method: "PUT",
      json: { spec: { ...spec, env: { CHANGED: "1" } } },
    });
    await expect.poll(() => takeViolations()[0], { timeout: 20_000 }).toMatch(says);

    await change(simulates, unspoilt);
    await edge.call(`/v1/workloads/${name}`, { method: "DELETE" });
    await expect
      .poll(async () => (await edge.call(`/v1/workloads/${name}`)).status, { timeout: 30_000, interval: 100 })
      .toBe(404);
    await edge.call(`/v1/targets/${simulates}`, { method: "DELETE" });
    takeViolations();
  },
);

const unspoilt = (account: string): string =>
  account
    .replaceAll('{"key":"spoilt","value":7},', "")
    .replaceAll('"location":7', '"location":"westeurope"')
    .replaceAll('"spoilt":7,', "");

/** Changes the account of a target where it is kept; whoever writes at the same moment is asked to write again. */
async function change(target: string, how: (account: string) => string): Promise<void> {
  const { results } = await env.DB.prepare("select id from targets where name = ?").bind(target).all();
  const kept = objectOf(env.SANDBOX, String(results[0]?.["id"]));
  await expect
    .poll(async () => {
      const { account, version } = await kept.load();
      const before = JSON.stringify(account);
      const after = how(before);
      return after === before || (await kept.save(JSON.parse(after) as Account, version));
    })
    .toBe(true);
}
