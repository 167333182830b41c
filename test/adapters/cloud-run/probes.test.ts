import { expect, test } from "vitest";
import { livenessProbe, startupProbe } from "../../../src/adapters/cloud-run/render/probes.ts";
import { problemOf } from "../../../src/adapters/cloud-run/simulator/validate.ts";
import { parseSpec } from "../../../src/domain/parse-spec.ts";
import type { Spec } from "../../../src/domain/spec.ts";
import { offersOf, renderedOf } from "./rendered.ts";

const specOf = (document: object): Spec => {
  const parsed = parseSpec({ name: "web", image: "docker.io/acme/web:1", ...document });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.spec;
};
const HEALTH = {
  path: "/ready",
  intervalSeconds: 5,
  timeoutSeconds: 3,
  failureThreshold: 2,
  startupSeconds: 30,
};
const OFTEN = { periodSeconds: 5, timeoutSeconds: 3 };

test("the path of an HTTP/1 route is asked, and a container that fails it is started again", () => {
  const { health } = specOf({ port: 8080, health: HEALTH });
  const route = { port: 8080, protocol: "http1" } as const;
  const httpGet = { path: "/ready", port: 8080 };
  expect(startupProbe(health, route)).toEqual({ httpGet, ...OFTEN, failureThreshold: 6 });
  expect(livenessProbe(health, route)).toEqual({ httpGet, ...OFTEN, failureThreshold: 2 });
});

test("no path is asked of a container that speaks HTTP/2, whose port is asked instead, and the offer says so", () => {
  const spec = specOf({ route: { port: 9000, protocol: "h2c" }, health: HEALTH });
  const route = { port: 9000, protocol: "h2c" } as const;
  expect(startupProbe(spec.health, route)).toEqual({
    tcpSocket: { port: 9000 },
    ...OFTEN,
    failureThreshold: 6,
  });
  expect(livenessProbe(spec.health, route)).toBeUndefined();
  for (const { fidelity } of offersOf(spec))
    expect(fidelity.find(({ field }) => field === "/health/path")?.message).toContain("HTTP/1");
});

test("a container beside the main one is not waited for, since Google waits only for those with a startup probe", () => {
  const spec = specOf({ port: 8080, sidecars: [{ name: "proxy", image: "docker.io/acme/proxy:1" }] });
  const [offer] = offersOf(spec);
  if (offer === undefined) throw new Error("no offer");
  const { document } = renderedOf(spec, offer);
  expect(problemOf("services", "web", document)).toBeUndefined();
  const waiting = structuredClone<object>(document);
  expect(JSON.stringify(waiting)).toContain('"name":"web","image"');
  const text = JSON.stringify(waiting).replace(
    '"name":"web","image"',
    '"dependsOn":["proxy"],"name":"web","image"',
  );
  expect(problemOf("services", "web", JSON.parse(text))).toBe(
    "Dependent container 'proxy' must have startup probe specified.",
  );
});
