import { describe, expect, test } from "vitest";
import type { InputOf, Operation } from "../../../src/adapters/ecs/api.ts";
import { type EcsRules, USUAL_RULES } from "../../../src/adapters/ecs/simulator/rules.ts";
import { type EcsReply, serviceOf, simulate } from "../../../src/adapters/ecs/simulator/simulate.ts";
import { EMPTY_STATE, type EcsState } from "../../../src/adapters/ecs/simulator/state.ts";
import { demandAnswer, demandContract } from "../../contracts/botocore.ts";
import { START } from "../fixtures.ts";

/** An account that is asked one thing after another, each held to AWS's contract. */
function account(rules: Partial<EcsRules> = {}) {
  let state: EcsState = EMPTY_STATE;
  const held = { ...USUAL_RULES, ...rules };
  const ask = <Name extends Operation>(operation: Name, input: InputOf<Name>, now = START): EcsReply => {
    const request = { service: serviceOf(operation), operation, region: "eu-west-1", input };
    demandContract("request", request, input);
    const before = JSON.stringify(state);
    const next = simulate(state, request, now, held);
    expect(JSON.stringify(state), "a call changes no state it was given").toBe(before);
    expect(simulate(JSON.parse(before), request, now, held), "twice the same").toEqual(next);
    expect(JSON.parse(JSON.stringify(next.state)), "a state is JSON").toEqual(next.state);
    state = next.state;
    demandAnswer(request, next.reply);
    return next.reply;
  };
  const refusal = (reply: EcsReply) =>
    reply.said === "error" ? `${reply.code}: ${reply.message}` : reply.said;
  return { ask, refusal, state: () => state };
}

const CONTAINER = { name: "web", image: "nginx", memoryReservation: 256 };
const DEFINITION = {
  family: "web",
  networkMode: "awsvpc" as const,
  requiresCompatibilities: ["FARGATE" as const],
  cpu: "256",
  memory: "512",
  containerDefinitions: [CONTAINER],
};
const NETWORK = {
  awsvpcConfiguration: {
    subnets: [...USUAL_RULES.subnets],
    securityGroups: [...USUAL_RULES.securityGroups],
    assignPublicIp: "ENABLED" as const,
  },
};
const SERVICE = {
  cluster: "berth",
  serviceName: "web",
  taskDefinition: "web",
  desiredCount: 1,
  launchType: "FARGATE" as const,
  networkConfiguration: NETWORK,
};

describe("the simulator keeps Fargate's rules for task definitions", () => {
  test.each([
    ["a wrong pair of sizes", { memory: "4096" }, "No Fargate configuration exists for given values."],
    ["a wrong cpu", { cpu: "300" }, "Invalid 'cpu' setting for task."],
    ["20 GiB of extra storage", { ephemeralStorage: { sizeInGiB: 20 } }, "between 21 and 200"],
    ["another network mode", { networkMode: "bridge" as const }, "awsvpc"],
    ["no container", { containerDefinitions: [] }, "cannot be empty"],
    [
      "11 containers",
      {
        containerDefinitions: Array.from({ length: 11 }, (_, n) => ({
          ...CONTAINER,
          name: `c${n}`,
          memoryReservation: 8,
        })),
      },
      "at most 10",
    ],
    [
      "two containers of one name",
      { containerDefinitions: [CONTAINER, { ...CONTAINER, memoryReservation: 8 }] },
      "unique",
    ],
    [
      "a longer stop than 120 s",
      { containerDefinitions: [{ ...CONTAINER, stopTimeout: 121 }] },
      "120 seconds",
    ],
    [
      "another port on the host",
      { containerDefinitions: [{ ...CONTAINER, portMappings: [{ containerPort: 80, hostPort: 81 }] }] },
      "must match",
    ],
    [
      "secrets without an execution role",
      { containerDefinitions: [{ ...CONTAINER, secrets: [{ name: "A", valueFrom: "arn" }] }] },
      "execution role",
    ],
    [
      "a volume nobody named",
      { containerDefinitions: [{ ...CONTAINER, mountPoints: [{ sourceVolume: "x", containerPath: "/x" }] }] },
      "Unknown volume",
    ],
    [
      "more memory than the task has",
      { containerDefinitions: [{ ...CONTAINER, memoryReservation: 513 }] },
      "exceeds",
    ],
  ])("%s is refused", (_what, changes, message) => {
    const { ask, refusal } = account();
    expect(refusal(ask("RegisterTaskDefinition", { ...DEFINITION, ...changes }))).toContain(message);
  });
});

describe("the simulator keeps ECS's rules for services", () => {
  const withDefinition = (rules: Partial<EcsRules> = {}) => {
    const here = account(rules);
    here.ask("RegisterTaskDefinition", DEFINITION);
    return here;
  };

  test("the same call twice is one service, another of the name is refused", () => {
    const { ask, refusal, state } = withDefinition();
    ask("CreateService", { ...SERVICE, clientToken: "t" });
    expect(refusal(ask("CreateService", { ...SERVICE, clientToken: "t" }))).toBe("result");
    expect(refusal(ask("CreateService", { ...SERVICE, desiredCount: 2 }))).toContain("was not idempotent");
    expect(state().regions["eu-west-1"]?.services).toHaveLength(1);
  });

  test.each([
    ["a cluster that is not there", { cluster: "other" }, "ClusterNotFoundException"],
    [
      "a task definition that is not there",
      { taskDefinition: "other" },
      "Unable to describe task definition",
    ],
    [
      "a launch type beside a strategy",
      { capacityProviderStrategy: [{ capacityProvider: "FARGATE_SPOT", weight: 1 }] },
      "not supported",
    ],
    ["no network", { networkConfiguration: undefined }, "Network Configuration must be provided"],
  ])("%s is refused", (_what, changes, message) => {
    const { ask, refusal } = withDefinition();
    const { networkConfiguration, ...rest } = { ...SERVICE, ...changes };
    const input = networkConfiguration === undefined ? rest : { ...rest, networkConfiguration };
    expect(refusal(ask("CreateService", input))).toContain(message);
  });

  test("an inactive task definition goes on where it is used, and starts no other service", () => {
    const { ask, refusal, state } = withDefinition();
    ask("CreateService", SERVICE);
    ask("DeregisterTaskDefinition", { taskDefinition: "web:1" });
    ask("UpdateService", { cluster: "berth", service: "web", desiredCount: 3 });
    expect(state().regions["eu-west-1"]?.tasks).toHaveLength(3);
    expect(
      refusal(ask("CreateService", { ...SERVICE, serviceName: "b", taskDefinition: "web:1" })),
    ).toContain("inactive");
  });

  test("a delete needs force while tasks are wanted, drains, and frees the name", () => {
    const { ask, refusal } = withDefinition();
    ask("CreateService", SERVICE);
    const remove = { cluster: "berth", service: "web" };
    expect(refusal(ask("DeleteService", remove))).toContain("scaled above 0");
    ask("DeleteService", { ...remove, force: true });
    expect(refusal(ask("CreateService", SERVICE))).toContain("still Draining");
    expect(refusal(ask("CreateService", SERVICE, START + 1_000))).toBe("result");
  });

  test("a quota of services is kept", () => {
    const { ask, refusal } = withDefinition({ quota: { services: 1, tasks: 10 } });
    ask("CreateService", SERVICE);
    expect(refusal(ask("CreateService", { ...SERVICE, serviceName: "b" }))).toBe(
      "ClientException: You've reached the limit on the number of services in a cluster.",
    );
  });

  test("a list comes in pages", () => {
    const { ask } = withDefinition({ throttles: false, delaysMs: { ...USUAL_RULES.delaysMs, visible: 0 } });
    for (let number = 0; number < 25; number += 1)
      ask("CreateService", { ...SERVICE, serviceName: `s${number}` });
    const reply = ask("ListServices", { cluster: "berth", maxResults: 20 });
    expect(reply).toMatchObject({ output: { nextToken: "20" } });
    expect(ask("ListServices", { cluster: "berth", maxResults: 20, nextToken: "20" })).toMatchObject({
      output: { serviceArns: { length: 5 } },
    });
  });
});

describe("the simulator throttles by the published limits", () => {
  type Ask = (ask: ReturnType<typeof account>["ask"], now: number) => EcsReply;
  const none = { cluster: "berth", service: "none" };
  test.each<readonly [string, Ask, number, number]>([
    ["registering", (ask, now) => ask("RegisterTaskDefinition", DEFINITION, now), 20, 1],
    ["changing services", (ask, now) => ask("DeleteService", none, now), 50, 5],
    [
      "reading",
      (ask, now) => ask("DescribeServices", { cluster: "berth", services: ["none"] }, now),
      100,
      20,
    ],
    [
      "reading task definitions",
      (ask, now) => ask("DescribeTaskDefinition", { taskDefinition: "none" }, now),
      50,
      20,
    ],
    [
      "starting tasks, of which Fargate takes fewer than ECS",
      (ask, now) => ask("RunTask", { cluster: "berth", taskDefinition: "none" }, now),
      100,
      20,
    ],
    ["stopping tasks", (ask, now) => ask("StopTask", { cluster: "berth", task: "none" }, now), 100, 40],
  ])("%s: the burst, then so many a second", (_what, one, burst, perSecond) => {
    const { ask, refusal } = account();
    const throttled = (now: number) => refusal(one(ask, now)).startsWith("ThrottlingException");
    for (let calls = 0; calls < burst; calls += 1) expect(throttled(START)).toBe(false);
    expect(throttled(START)).toBe(true);
    for (let calls = 0; calls < perSecond; calls += 1) expect(throttled(START + 1_000)).toBe(false);
    expect(throttled(START + 1_000)).toBe(true);
  });
});
