import { expect, test } from "vitest";
import { parseAciConfig } from "../../../src/adapters/aci/config.ts";
import { azureToken } from "../../../src/adapters/aci/credentials.ts";
import { testCloudPorts } from "../cloud-ports.ts";
import { call, clock, target } from "../fixtures.ts";
import { entra } from "./entra.ts";
import { CANARY, CONFIG } from "./world.ts";

const config = parseAciConfig(CONFIG);
const row = target("aci", CONFIG);

test("Berth's own statement is exchanged for a token, in the form Entra asks for", async () => {
  const { fetch, asked } = entra({
    trusts: (proof) => proof === "assertion.of.tgt_aci.for.api://AzureADTokenExchange",
  });
  const token = azureToken(row, config, testCloudPorts({ fetch }));
  expect(await token(call())).toContain("token for assertion.of.tgt_aci");
  expect(Object.fromEntries(asked[0] ?? [])).toEqual({
    grant_type: "client_credentials",
    client_id: CONFIG.clientId,
    scope: "https://management.azure.com/.default",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: "assertion.of.tgt_aci.for.api://AzureADTokenExchange",
  });
});

test("a token is used until a quarter of its life is left, and then renewed", async () => {
  const time = clock();
  const { now } = time;
  const { fetch, asked } = entra({ trusts: () => true });
  const token = azureToken(row, config, testCloudPorts({ fetch, now }));
  await token(call());
  time.pass(44 * 60_000);
  await token(call());
  expect(asked).toHaveLength(1);
  time.pass(2 * 60_000);
  await token(call());
  expect(asked).toHaveLength(2);
});

test("a refusal is denied, with Entra's own first line and nothing of the statement", async () => {
  const { fetch } = entra({ trusts: () => false });
  const error = await azureToken(
    row,
    config,
    testCloudPorts({ fetch }),
  )(call()).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: "denied", message: expect.stringContaining("AADSTS700213") });
  expect(String(error)).not.toContain("Trace ID");
  expect(String(error)).not.toContain("assertion.of");
});

test.each([
  [
    () => Response.json({}, { status: 429, headers: { "retry-after": "9" } }),
    { kind: "throttled", retryAfterMs: 9_000 },
  ],
  [() => Response.json({}, { status: 503 }), { kind: "unavailable" }],
  [() => new Response("<html>a proxy</html>"), { kind: "unavailable" }],
  [() => Response.json({ access_token: 1 }), { kind: "unavailable" }],
])("what Entra answers besides is told apart (%#)", async (answer, expected) => {
  const fetch = async () => await Promise.resolve(answer());
  await expect(azureToken(row, config, testCloudPorts({ fetch }))(call())).rejects.toMatchObject(expected);
});

test("a redirect is refused and not followed, wherever it points", async () => {
  const { fetch, asked } = entra({ trusts: () => true });
  let sent = 0;
  const moved = async (url: string | URL, init?: RequestInit) => {
    sent += 1;
    expect(init?.redirect).toBe("manual");
    if (sent > 1) return await fetch(url, init);
    return new Response(null, { status: 307, headers: { location: "https://elsewhere.example/token" } });
  };
  const token = azureToken(row, config, testCloudPorts({ fetch: moved }));
  await expect(token(call())).rejects.toMatchObject({
    kind: "denied",
    message: expect.stringContaining("redirect"),
  });
  expect([sent, asked.length]).toEqual([1, 0]);
});

test("Entra out of reach is unavailable", async () => {
  await expect(azureToken(row, config, testCloudPorts())(call())).rejects.toMatchObject({
    kind: "unavailable",
  });
});

test("the long-lived fallback is a sealed secret of the target's project", async () => {
  const secrets = async (tenant: object, name: string) =>
    await Promise.resolve(`${CANARY} ${name} ${JSON.stringify(tenant)}`);
  const { fetch, asked } = entra({ trusts: () => true });
  const kept = parseAciConfig({ ...CONFIG, credentials: { secret: "azure-client" } });
  await azureToken(row, kept, testCloudPorts({ fetch, secrets }))(call());
  expect(asked[0]?.get("client_secret")).toBe(
    `${CANARY} azure-client {"project":"p1","environment":"production"}`,
  );
  expect(asked[0]?.has("client_assertion")).toBe(false);
});
