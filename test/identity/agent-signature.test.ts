import * as fc from "fast-check";
import { expect, test } from "vitest";
import { SIGNATURE_WINDOW_MS } from "../../src/domain/agent-protocol.ts";
import { agentCredentials, isPublicKey, verifyAgentCall } from "../../src/identity/agent-signature.ts";
import { replayGuard } from "../../src/identity/replay-guard.ts";
import { agentKeys, authorization } from "../routes/signed.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const keys = await agentKeys();
const call = { method: "POST", path: "/v1/agents/a/sync", body: new TextEncoder().encode("{}") };
const signed = (ts = NOW) => authorization({ id: "a", keys, ts, path: call.path, body: "{}" });

async function verify(header: string, changes: Partial<typeof call> = {}, guard = replayGuard()) {
  await verifyAgentCall(keys.publicKey, agentCredentials(header), { ...call, ...changes }, guard, NOW);
}

test("a call is proved at the very edges of the time window and not past them", async () => {
  for (const drift of [-SIGNATURE_WINDOW_MS, 0, SIGNATURE_WINDOW_MS]) await verify(await signed(NOW + drift));
  for (const drift of [-SIGNATURE_WINDOW_MS - 1, SIGNATURE_WINDOW_MS + 1])
    await expect(verify(await signed(NOW + drift))).rejects.toMatchObject({ code: "invalid-token" });
});

test("no changed byte of the body, method or path is taken", async () => {
  const changes = fc.oneof(
    fc.uint8Array({ maxLength: 8 }).map((body) => ({ body: new Uint8Array(body) })),
    fc.constantFrom("GET", "PUT", "post").map((method) => ({ method })),
    fc.string().map((path) => ({ path: `/${path}` })),
  );
  await fc.assert(
    fc.asyncProperty(changes, async (changed) => {
      fc.pre(!("body" in changed) || Buffer.from(changed.body).toString() !== "{}");
      fc.pre(!("path" in changed) || changed.path !== call.path);
      await expect(verify(await signed(), changed)).rejects.toMatchObject({ code: "invalid-token" });
    }),
    { numRuns: 50 },
  );
});

test("a false signature takes no place in the guard's memory: the true call goes through after it", async () => {
  const guard = replayGuard();
  const header = await signed();
  await expect(verify(header, { method: "GET" }, guard)).rejects.toMatchObject({ code: "invalid-token" });
  await verify(header, {}, guard);
  await expect(verify(header, {}, guard)).rejects.toMatchObject({ code: "invalid-token" });
});

test("no text makes the header's parser fail in any way but one", () => {
  fc.assert(
    fc.property(
      fc.string().map((text) => `Berth-Agent ${text}`),
      (header) => {
        expect(() => agentCredentials(header)).toThrow(expect.objectContaining({ code: "unauthenticated" }));
      },
    ),
  );
});

test("a public key is 32 bytes in base64url, nothing else", () => {
  expect(isPublicKey(keys.publicKey)).toBe(true);
  for (const text of [
    "",
    "a",
    `${keys.publicKey}=`,
    keys.publicKey.slice(1),
    `${keys.publicKey}A`,
    "/".repeat(43),
  ])
    expect(isPublicKey(text)).toBe(false);
});
