import { expect, test } from "vitest";
import { signedText } from "../../src/domain/agent-protocol.ts";
import { AdapterError, Fault, FAULT_STATUS, REMEDY } from "../../src/domain/fault.ts";
import { FEATURES, refusals, type Features } from "../../src/domain/feature.ts";
import { placeLabel, samePlace, type Place } from "../../src/domain/place.ts";

const place: Place = { provider: "agents", target: "home", region: "home", host: "agent_1" };

test("a place is read as provider, region and host, and differs by target, region and host", () => {
  expect(placeLabel(place)).toBe("agents/home/agent_1");
  expect(placeLabel({ provider: "ecs", region: "eu-west-1" })).toBe("ecs/eu-west-1");
  expect(samePlace(place, { ...place })).toBe(true);
  const others: readonly Place[] = [
    { ...place, provider: "ecs" },
    { ...place, target: "office" },
    { ...place, region: "office" },
    { ...place, host: undefined },
  ];
  expect(others.filter((other) => samePlace(place, other))).toEqual([]);
});

test("every demand that a place refuses is told with its sentence and its field", () => {
  const able = Object.fromEntries(FEATURES.map((feature) => [feature, true]));
  const features: Features = { ...allTrue(able), gpu: "this place has no GPUs; remove resources.gpu" };
  const demands = [
    { feature: "gpu", pointer: "/resources/gpu" },
    { feature: "env", pointer: "/env" },
  ] as const;
  expect(refusals(demands, features)).toEqual([
    {
      rule: "feature:gpu",
      message: "this place has no GPUs; remove resources.gpu",
      pointer: "/resources/gpu",
    },
  ]);
});

test("a fault keeps its code, fields and cause; what was not given is empty", () => {
  const cause = new Error("why");
  const problems = [{ pointer: "/name", message: "is required" }];
  const fault = new Fault("invalid-spec", "the spec has a problem", {
    cause,
    problems,
    extra: { a: 1 },
    retryAfterSeconds: 3,
  });
  expect(fault).toMatchObject({
    name: "Fault",
    code: "invalid-spec",
    problems,
    extra: { a: 1 },
    retryAfterSeconds: 3,
    cause,
  });
  expect(new Fault("not-found", "no such plan")).toMatchObject({
    problems: [],
    extra: {},
    retryAfterSeconds: undefined,
  });
  expect(Object.values(FAULT_STATUS).every((status) => status >= 400 && status < 600)).toBe(true);
});

test("an adapter's error has a kind with a remedy, and says when to come back", () => {
  const error = new AdapterError("throttled", "too fast", { retryAfterMs: 500 });
  expect([error.name, REMEDY[error.kind], error.retryAfterMs]).toEqual(["AdapterError", "retry", 500]);
  expect(new AdapterError("bug", "odd").retryAfterMs).toBeUndefined();
});

test("what an agent signs binds the call's every part, line by line", () => {
  const call = {
    id: "agent_1",
    ts: 5,
    nonce: "n",
    method: "POST",
    path: "/v1/agents/agent_1/sync",
    bodyHash: "00",
  };
  expect(signedText(call)).toBe("agent_1\n5\nn\nPOST\n/v1/agents/agent_1/sync\n00");
});

function allTrue(features: Readonly<Record<string, boolean>>): Features {
  if (!isFeatures(features)) throw new Error("a feature is missing");
  return features;
}

function isFeatures(features: Readonly<Record<string, boolean>>): features is Record<keyof Features, true> {
  return FEATURES.every((feature) => features[feature] === true);
}
