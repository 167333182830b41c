import { expect, test } from "vitest";
import { ApiProblem } from "../../src/cli/api-problem.ts";
import { openClient, type ClientPorts } from "../../src/cli/client.ts";
import { readBounded } from "../../src/cli/read-bounded.ts";
import { Unreachable } from "../../src/cli/unreachable.ts";
import { freePort } from "./free-port.ts";
import { ok, problem, scriptedBroker, type Reply } from "./scripted-broker.ts";

function ports(
  server: string,
  changes: Partial<ClientPorts> = {},
): ClientPorts & { readonly pauses: number[] } {
  const pauses: number[] = [];
  let keys = 0;
  return {
    server,
    token: "a-secret",
    project: undefined,
    environment: "staging",
    version: "1.2.3",
    fetch,
    random: () => 0.5,
    newId: () => `key-${++keys}`,
    sleep: async (ms) => {
      pauses.push(ms);
    },
    signal: new AbortController().signal,
    pauses,
    ...changes,
  };
}

/** Answers in turn; the last one for good. */
const inTurn = (...replies: readonly Reply[]) => {
  let next = 0;
  return () => replies[Math.min(next++, replies.length - 1)] ?? ok({});
};

test("a call says who, where and what it understands", async () => {
  const broker = await scriptedBroker({ "GET /v1/workloads": () => ok({}) });
  await openClient(ports(broker.url)).call({
    method: "GET",
    path: "/v1/workloads",
    query: { limit: "5", after: undefined },
  });
  const [call] = broker.calls;
  expect(call?.query).toEqual({ environment: "staging", limit: "5" });
  expect(call?.headers).toMatchObject({ authorization: "Bearer a-secret", "user-agent": "berth/1.2.3" });
  expect(call?.headers).not.toHaveProperty("idempotency-key");
});

test("an unsafe call carries one key over all its tries, and another call another", async () => {
  const broker = await scriptedBroker({
    "POST /v1/plans": inTurn({ status: 503 }, { status: 502 }, ok({ done: true })),
  });
  const client = openClient(ports(broker.url));
  await client.call({ method: "POST", path: "/v1/plans", body: {} });
  await client.call({ method: "POST", path: "/v1/plans", body: {} });
  expect(broker.calls.map((call) => call.headers["idempotency-key"])).toEqual([
    "key-1",
    "key-1",
    "key-1",
    "key-2",
  ]);
});

test("a lost answer is asked for again with the same key", async () => {
  const broker = await scriptedBroker({
    "PUT /v1/workloads/web": inTurn(
      { status: 0, hangUp: true },
      problem(409, "idempotency-in-flight", "still running"),
      ok({ plan: 1 }),
    ),
  });
  const answer = await openClient(ports(broker.url)).call({
    method: "PUT",
    path: "/v1/workloads/web",
    body: {},
  });
  expect(answer.body).toEqual({ plan: 1 });
  expect(new Set(broker.calls.map((call) => call.headers["idempotency-key"])).size).toBe(1);
});

test("tries end, their pauses grow with jitter, and Retry-After is honoured up to a bound", async () => {
  const broker = await scriptedBroker({
    "GET /v1/workloads": () => ({ status: 503 }),
    "GET /v1/targets": () => ({ status: 429, headers: { "retry-after": "3600" } }),
  });
  const growing = ports(broker.url);
  await expect(openClient(growing).call({ method: "GET", path: "/v1/workloads" })).rejects.toMatchObject({
    status: 503,
  });
  expect(growing.pauses).toEqual([200, 400, 800]);
  const asked = ports(broker.url);
  await expect(openClient(asked).call({ method: "GET", path: "/v1/targets" })).rejects.toMatchObject({
    status: 429,
  });
  expect(asked.pauses).toEqual([10_000, 10_000, 10_000]);
});

test("a refusal is not tried again", async () => {
  const broker = await scriptedBroker({
    "GET /v1/plans/x": () => problem(404, "not-found", "There is no plan x."),
  });
  const call = openClient(ports(broker.url)).call({ method: "GET", path: "/v1/plans/x" });
  await expect(call).rejects.toThrow("There is no plan x.");
  expect(broker.calls).toHaveLength(1);
});

test("where nothing listens a patient call waits for the broker to come back, another says so at once", async () => {
  const port = await freePort();
  const impatient = ports(`http://127.0.0.1:${port}`);
  await expect(openClient(impatient).call({ method: "GET", path: "/v1/plans" })).rejects.toMatchObject({
    why: "refused",
  });
  expect(impatient.pauses).toEqual([]);
  const patient = ports(`http://127.0.0.1:${port}`);
  await expect(
    openClient(patient).call({ method: "GET", path: "/v1/plans", patient: true }),
  ).rejects.toMatchObject({ why: "refused" });
  expect(patient.pauses).toHaveLength(11);
});

test("a call that gets no answer ends at its deadline", async () => {
  const broker = await scriptedBroker({ "GET /v1/slow": () => new Promise(() => {}) });
  const call = openClient(ports(broker.url)).call({ method: "GET", path: "/v1/slow", timeoutMs: 20 });
  await expect(call).rejects.toMatchObject({
    why: "late",
    message: `no answer from ${broker.url} within 0.02 s`,
  });
});

test("a redirect is not followed, so the token goes nowhere else", async () => {
  const thief = await scriptedBroker({ "GET /v1/workloads": () => ok({}) });
  const location = `${thief.url}/v1/workloads`;
  const broker = await scriptedBroker({
    "GET /v1/workloads": () => ({ status: 307, headers: { location } }),
  });
  const call = openClient(ports(broker.url)).call({ method: "GET", path: "/v1/workloads" });
  await expect(call).rejects.toBeInstanceOf(Unreachable);
  expect(thief.calls).toEqual([]);
});

test("what is no broker is called that, whatever it answers", async () => {
  const page = { headers: { "content-type": "text/html" }, text: "<html>" };
  const broker = await scriptedBroker({
    "GET /v1/a": () => ({ status: 200, ...page }),
    "GET /v1/b": () => ({ status: 403, ...page }),
    "GET /v1/c": () => ({ status: 200, text: "[1]" }),
  });
  const client = openClient(ports(broker.url));
  await expect(client.call({ method: "GET", path: "/v1/a" })).rejects.toMatchObject({ why: "foreign" });
  await expect(client.call({ method: "GET", path: "/v1/b" })).rejects.toMatchObject({ code: "http-403" });
  await expect(client.call({ method: "GET", path: "/v1/c" })).rejects.toMatchObject({ why: "foreign" });
});

test("an answer without an end is not read to the end", async () => {
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(1_000)),
  });
  await expect(readBounded(endless, "http://x", 10_000)).rejects.toMatchObject({ why: "foreign" });
});

test("wrong fields are read from a problem, and what is not one is left out", async () => {
  const errors = [{ pointer: "/spec/port", detail: "is no port" }, { pointer: 7, detail: "?" }, "text"];
  const broker = await scriptedBroker({
    "POST /v1/plans": () => problem(400, "invalid-spec", "The spec has problems.", { errors }),
  });
  const failure: unknown = await openClient(ports(broker.url))
    .call({ method: "POST", path: "/v1/plans", body: {} })
    .catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ApiProblem);
  expect(failure).toMatchObject({
    code: "invalid-spec",
    problems: [{ pointer: "/spec/port", message: "is no port" }],
  });
});
