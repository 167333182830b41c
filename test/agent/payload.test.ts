import { expect, test } from "vitest";
import { replicaPayload } from "../../src/agent/drivers/payload.ts";
import { DEFAULT_LIMITS } from "../../src/agent/limits.ts";
import { aUnit } from "./a-unit.ts";

const settings = {
  owner: { installation: "inst-1", epoch: 3, agent: "agent-1" },
  limits: DEFAULT_LIMITS,
  publishOn: "127.0.0.1",
  engine: "docker" as const,
};
const unit = aUnit({
  template: {
    image: "ghcr.io/acme/web:1.4",
    digest: `sha256:${"a".repeat(64)}`,
    entrypoint: ["/app/web"],
    args: ["--port", "8080"],
    env: { LOG_LEVEL: "info" },
    user: 1000,
    workingDir: "/app",
    labels: { team: "shop" },
    ports: [{ name: "metrics", port: 9090, protocol: "tcp" }],
    volumes: [{ name: "cache", path: "/cache", sizeGiB: 1, kind: "scratch" }],
    sidecars: [
      {
        name: "proxy",
        image: "envoy:1",
        env: { MODE: "edge" },
        secrets: {},
        resources: { milliCpu: 100, memoryMiB: 32 },
        essential: true,
      },
    ],
  },
});

test("one replica is asked for in exactly these words", async () => {
  const text = `${JSON.stringify(replicaPayload(unit, 2, settings), undefined, 2)}\n`;
  await expect(text).toMatchFileSnapshot("payload.golden.json");
});

test("the same unit gives the same bytes", () => {
  expect(JSON.stringify(replicaPayload(structuredClone(unit), 0, settings))).toBe(
    JSON.stringify(replicaPayload(unit, 0, settings)),
  );
});

test("a user's label never becomes a label of the engine's other users", () => {
  const labels = replicaPayload(
    aUnit({ template: { labels: { unit: "stolen", "traefik.enable": "true" } } }),
    0,
    settings,
  ).containers[0]?.payload.Labels;
  expect(labels?.["berth.unit"]).toBe("u-web-1");
  expect(Object.keys(labels ?? {}).every((key) => key.startsWith("berth."))).toBe(true);
});

test("an image that was loaded by hand is named by its tag, though a digest is known", () => {
  const local = aUnit({ template: { image: "localhost/hello:v1", digest: `sha256:${"b".repeat(64)}` } });
  expect(replicaPayload(local, 0, settings).containers[0]?.payload.Image).toBe("localhost/hello:v1");
});
