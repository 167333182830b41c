import { expect, test } from "vitest";
import { simulatedAccount } from "../../../src/adapters/ecs/simulator/account.ts";
import { type Answer, simulatedEcsApi } from "../../../src/adapters/ecs/simulator/api.ts";
import { USUAL_RULES } from "../../../src/adapters/ecs/simulator/rules.ts";
import type { InputOf, Operation } from "../../../src/adapters/ecs/api.ts";
import { demandAnswer, demandContract } from "../../contracts/botocore.ts";
import { call, clock } from "../fixtures.ts";

/** A simulated account behind the adapter's port, every call and answer held to AWS's contract. */
function account() {
  const time = clock();
  const { answer } = simulatedAccount({ ...USUAL_RULES, throttles: false }, time.now);
  const judged: Answer = async (request, signal) => {
    const reply = await answer(request, signal);
    demandAnswer(request, reply);
    return reply;
  };
  const api = simulatedEcsApi(judged, demandContract);
  const ask = <Name extends Operation>(operation: Name, input: InputOf<Name>) =>
    api.send("eu-west-1", operation, input, call());
  return { ask, time };
}

const web = { name: "web", image: "nginx", memoryReservation: 256 };
const definition = (changes: object = {}): InputOf<"RegisterTaskDefinition"> => ({
  family: "web",
  networkMode: "awsvpc",
  requiresCompatibilities: ["FARGATE"],
  cpu: "256",
  memory: "512",
  containerDefinitions: [{ ...web, ...changes }],
});
const awsvpcConfiguration = { subnets: [...USUAL_RULES.subnets], assignPublicIp: "ENABLED" as const };
const TASK = { cluster: "berth", taskDefinition: "web", networkConfiguration: { awsvpcConfiguration } };

test("a container waits for another of its task only, and for its health only where that is checked", async () => {
  const { ask } = account();
  const register = (containerName: string, condition: "START" | "HEALTHY") => {
    const input = definition({ dependsOn: [{ containerName, condition }] });
    const side = { ...web, name: "side", memoryReservation: 64 };
    const containerDefinitions = [...(input.containerDefinitions ?? []), side];
    return ask("RegisterTaskDefinition", { ...input, containerDefinitions });
  };
  await expect(register("side", "START")).resolves.toBeDefined();
  await expect(register("gone", "START")).rejects.toThrow("no other container");
  await expect(register("web", "START")).rejects.toThrow("no other container");
  await expect(register("side", "HEALTHY")).rejects.toThrow("no health check");
});

test("variables of one task name a container that there is, in at most 8,192 characters", async () => {
  const { ask } = account();
  await ask("RegisterTaskDefinition", definition());
  const run = (name: string, value: string) =>
    ask("RunTask", {
      ...TASK,
      overrides: { containerOverrides: [{ name, environment: [{ name: "A", value }] }] },
    });
  await expect(run("db", "1")).rejects.toThrow("not a container in the TaskDefinition");
  await expect(run("web", "x".repeat(8_192))).rejects.toThrow("8192");
  await expect(run("web", "1")).resolves.toMatchObject({ tasks: [{}] });
});

test("who started a task is asked for alone", async () => {
  const { ask } = account();
  const startedBy = "berth";
  await expect(ask("ListTasks", { cluster: "berth", startedBy, family: "web" })).rejects.toThrow(
    "only filter",
  );
  await expect(ask("ListTasks", { cluster: "berth", startedBy, serviceName: "web" })).rejects.toThrow(
    "only filter",
  );
  await expect(ask("ListTasks", { cluster: "berth", startedBy })).resolves.toEqual({ taskArns: [] });
});

test("a task definition is deleted when it is INACTIVE, ten a call, and its number is not given again", async () => {
  const { ask } = account();
  await ask("RegisterTaskDefinition", definition());
  expect(await ask("DeleteTaskDefinitions", { taskDefinitions: ["web:1"] })).toMatchObject({
    taskDefinitions: [],
    failures: [{ reason: expect.stringContaining("still in ACTIVE status") }],
  });
  await ask("DeregisterTaskDefinition", { taskDefinition: "web:1" });
  const many = Array.from({ length: 11 }, () => "web:1");
  await expect(ask("DeleteTaskDefinitions", { taskDefinitions: many })).rejects.toThrow("between 1 and 10");
  expect(await ask("DeleteTaskDefinitions", { taskDefinitions: ["web:1"] })).toMatchObject({
    taskDefinitions: [{ status: "DELETE_IN_PROGRESS" }],
  });
  await expect(ask("DescribeTaskDefinition", { taskDefinition: "web:1" })).rejects.toThrow(
    "Unable to describe",
  );
  expect(await ask("RegisterTaskDefinition", definition())).toMatchObject({
    taskDefinition: { revision: 2 },
  });
});

test("a task goes on by a definition that is being deleted, which starts nothing new", async () => {
  const { ask, time } = account();
  await ask("RegisterTaskDefinition", definition());
  const { tasks: [task] = [] } = await ask("RunTask", TASK);
  await ask("DeregisterTaskDefinition", { taskDefinition: "web:1" });
  await ask("DeleteTaskDefinitions", { taskDefinitions: ["web:1"] });
  await expect(ask("RunTask", { ...TASK, taskDefinition: "web:1" })).rejects.toThrow("inactive");
  time.pass(1_500);
  const input = { cluster: "berth", tasks: [task?.taskArn ?? ""] };
  expect(await ask("DescribeTasks", input)).toMatchObject({ tasks: [{ lastStatus: "RUNNING" }] });
});

test("a secret has no room for a hundredth version within a day", async () => {
  const { ask, time } = account();
  await ask("CreateSecret", { Name: "b", SecretString: "0" });
  const write = () => ask("PutSecretValue", { SecretId: "b", SecretString: "x" });
  for (let version = 2; version < 100; version += 1) await write();
  await write();
  await expect(write()).rejects.toMatchObject({ name: "LimitExceededException" });
  time.pass(24 * 3_600_000);
  await write();
  expect(await ask("GetSecretValue", { SecretId: "b" })).toMatchObject({ SecretString: "x" });
});

test("the last task of an Express service is never taken away by its scaling", async () => {
  const { ask, time } = account();
  const portMappings = [{ name: "http", containerPort: 80, protocol: "tcp" as const }];
  await ask("RegisterTaskDefinition", definition({ name: "Main", portMappings }));
  const { service } = await ask("CreateExpressGatewayService", {
    cluster: "berth",
    serviceName: "shop",
    taskDefinitionArn: "web:1",
    infrastructureRoleArn: "arn:aws:iam::123456789012:role/express",
    scalingTarget: { minTaskCount: 2, maxTaskCount: 2 },
  });
  const serviceArn = service?.serviceArn ?? "";
  const scale = (minTaskCount: number, maxTaskCount: number) =>
    ask("UpdateExpressGatewayService", { serviceArn, scalingTarget: { minTaskCount, maxTaskCount } });
  await expect(scale(0, 0)).rejects.toThrow("at least 1");
  await scale(0, 1);
  time.pass(60_000);
  const seen = await ask("DescribeServices", { cluster: "berth", services: ["shop"] });
  expect(seen.services).toMatchObject([{ desiredCount: 1, runningCount: 1 }]);
});
