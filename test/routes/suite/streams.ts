import { describe, expect, test } from "vitest";
import { connectSandbox, deployed } from "../deployed.ts";
import { at, type World } from "../world.ts";
import { tokenWith } from "./tokens.ts";

/** Events and logs, as lists and as streams. */
export function streamRoutes(world: () => World): void {
  describe("events", () => {
    test("are listed oldest first, from where the reader was", async () => {
      await connectSandbox(world());
      await deployed(world());
      await deployed(world(), { image: "ghcr.io/acme/web:2" });
      const all = await world().call("/v1/workloads/web/events");
      const seq = at(all.body, "events", 0, "seq");
      const rest = await world().call(`/v1/workloads/web/events?after=${String(seq)}`);
      expect(JSON.stringify(rest.body)).not.toContain(`"seq":${String(seq)},`);
      expect(at(rest.body, "events", 0, "type")).toBe("plan.committed");
      expect((await world().call("/v1/workloads/none/events")).status).toBe(404);
    });

    test("that are no longer kept are 410 for who was before them, as a list and as a stream, never a silent gap", async () => {
      await connectSandbox(world());
      for (const tag of [1, 2, 3]) await deployed(world(), { image: `ghcr.io/acme/web:${tag}` });
      const numbers = async (after: number) => {
        const { body } = await world().call(`/v1/workloads/web/events?after=${after}`);
        return JSON.parse(JSON.stringify(body)).events.map(({ seq }: { readonly seq: number }) => seq);
      };
      const newest = Math.max(...(await numbers(0)));
      await world().store.forget("events", world().ports.now() + 1, 1_000);
      const gone = { status: 410, body: { code: "events-gone", oldest: newest } };
      expect(await world().call("/v1/workloads/web/events?after=1")).toMatchObject(gone);
      expect(await world().call("/v1/workloads/web/events?after=1&follow=true")).toMatchObject(gone);
      const response = await world().fetch("/v1/workloads/web/events", {
        headers: { accept: "text/event-stream", "last-event-id": "1" },
      });
      expect(response.status).toBe(410);
      await response.body?.cancel();
      expect(await numbers(0)).toEqual([newest]);
      expect(await numbers(newest - 1)).toEqual([newest]);
      expect(await numbers(newest)).toEqual([]);
    });

    test("are followed as server-sent events with ids, also those that come later", async () => {
      await connectSandbox(world());
      await deployed(world());
      const leave = new AbortController();
      const response = await world().fetch("/v1/workloads/web/events?follow=true", { signal: leave.signal });
      expect(response.headers.get("content-type")).toBe("text/event-stream");
      const read = reading(response);
      expect(await read("created")).toMatch(/^id: \d+\ndata: \{.*\}\n\n/);
      await deployed(world(), { image: "ghcr.io/acme/web:2" });
      expect(await read("changed")).toContain("changed");
      leave.abort();
    });

    test("a stream goes on after the id its reader saw last", async () => {
      await connectSandbox(world());
      await deployed(world());
      const { body } = await world().call("/v1/workloads/web/events");
      await deployed(world(), { image: "ghcr.io/acme/web:2" });
      const headers = { accept: "text/event-stream", "last-event-id": String(at(body, "next")) };
      const response = await world().fetch("/v1/workloads/web/events", { headers });
      expect(await reading(response)("changed")).not.toContain("created");
    });

    test("a stream of a revoked token ends by itself", async () => {
      await connectSandbox(world());
      await deployed(world());
      const { secret, id } = await tokenWith(world(), ["reader"]);
      const response = await world().fetch("/v1/workloads/web/events?follow=true", { token: secret });
      const read = reading(response);
      await read("created");
      await world().call(`/v1/tokens/${id}`, { method: "DELETE" });
      const revokedAt = world().ports.now();
      expect(await read()).not.toContain("data: ");
      expect(world().ports.now() - revokedAt).toBeLessThan(5_000);
    });

    test("silence is filled with comments, so that no proxy ends the stream", async () => {
      await connectSandbox(world());
      await deployed(world());
      const leave = new AbortController();
      const response = await world().fetch("/v1/workloads/web/events?follow=true", { signal: leave.signal });
      expect(await reading(response)(": still here")).toContain(": still here\n\n");
      leave.abort();
    });
  });

  describe("logs", () => {
    test("of a workload that has not started are 404 with a sentence", async () => {
      await connectSandbox(world());
      await deployed(world());
      const reply = await world().call("/v1/workloads/web/logs");
      expect(reply).toMatchObject({ status: 404, body: { code: "not-found" } });
      expect((await world().call("/v1/workloads/none/logs")).status).toBe(404);
    });

    test("are NDJSON, each line with its unit; server-sent events when asked", async () => {
      await connectSandbox(world());
      await deployed(world());
      await start(world());
      const response = await world().fetch("/v1/workloads/web/logs?tail=5");
      expect(response.headers.get("content-type")).toBe("application/x-ndjson");
      const lines = (await response.text()).split("\n").filter((line) => line !== "");
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines)
        expect(JSON.parse(line)).toMatchObject({ line: expect.any(String), stream: expect.any(String) });
      const events = await world().fetch("/v1/workloads/web/logs?tail=5", {
        headers: { accept: "text/event-stream" },
      });
      expect(await events.text()).toMatch(/^data: \{/);
    });

    test.each(["tail=-1", "tail=10001", "follow=yes"])("refuse ?%s", async (query) => {
      expect((await world().call(`/v1/workloads/web/logs?${query}`)).status).toBe(400);
    });
  });
}

/** Reads on until `word` has come, or to the end. Gives what came since the last time. */
function reading(response: Response): (word?: string) => Promise<string> {
  const reader = response.body?.getReader();
  const decoder = new TextDecoder();
  return async (word) => {
    let text = "";
    for (;;) {
      const chunk = await reader?.read();
      if (chunk === undefined || chunk.done) return text;
      text += decoder.decode(chunk.value, { stream: true });
      if (word !== undefined && text.includes(word)) return text;
    }
  };
}

/** Creates the workload's unit at its simulated cloud, as the reconciler would. */
async function start(world: World): Promise<void> {
  const claim = await world.store.claimDue(world.ports.now(), 10_000);
  const unit = claim?.units[0]?.unit;
  const target =
    unit === undefined ? undefined : await world.store.target(unit.project, unit.place.target ?? "");
  if (claim === undefined || unit === undefined || target === undefined) throw new Error("no unit is due");
  await world.ports.open(target).apply(unit, { signal: AbortSignal.timeout(5_000) });
  const now = world.ports.now();
  await world.store.record(claim, { units: [{ id: unit.id, appliedAt: now }], now, release: true });
  world.advance(60_000);
}
