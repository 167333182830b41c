import { CreateClusterCommand, ECSClient, DescribeTasksCommand } from "@aws-sdk/client-ecs";
import { DescribeSecurityGroupsCommand, DescribeSubnetsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { CloudWatchLogsClient, CreateLogGroupCommand } from "@aws-sdk/client-cloudwatch-logs";
import { ListSecretsCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Adapter, unitRef } from "../../src/adapters/adapter.ts";
import { ecsAdapter } from "../../src/adapters/ecs/index.ts";
import { withDeadlines, withKinds } from "../../src/adapters/wrap.ts";
import type { Unit } from "../../src/domain/plan.ts";
import { testCloudPorts } from "../adapters/cloud-ports.ts";
import { ecsTemplate, jobTemplate, PLACE } from "../adapters/ecs/world.ts";
import { call, needs, target, unit as makeUnit } from "../adapters/fixtures.ts";
import { type Moto, startMoto } from "./moto-server.ts";
import { knownOf } from "../adapters/known.ts";
import { seenTry } from "../adapters/seen-try.ts";

/**
 * The adapter against a server of AWS's API that we did not write. Claimed from it is only what it does (test/peers/README.md): not
 * idempotency, existing names, validation, Express Mode or public addresses, which are shown on the contract-checked simulator.
 */
describe("ECS against moto", () => {
  let moto: Moto | undefined;
  let adapter: Adapter;
  let sdk: { ecs: ECSClient; secrets: SecretsManagerClient };
  let made = 0;
  const unit = (changes: Partial<Unit> = {}): Unit => {
    made += 1;
    return makeUnit(made, PLACE, { template: ecsTemplate(), ...changes });
  };

  beforeAll(async () => {
    const { url } = (moto = await startMoto());
    const settings = {
      region: PLACE.region,
      endpoint: url,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    };
    const ec2 = new EC2Client(settings);
    sdk = { ecs: new ECSClient(settings), secrets: new SecretsManagerClient(settings) };
    await sdk.ecs.send(
      new CreateClusterCommand({ clusterName: "berth", capacityProviders: ["FARGATE", "FARGATE_SPOT"] }),
    );
    await new CloudWatchLogsClient(settings).send(new CreateLogGroupCommand({ logGroupName: "/berth" }));
    const { Subnets = [] } = await ec2.send(new DescribeSubnetsCommand({}));
    const { SecurityGroups = [] } = await ec2.send(new DescribeSecurityGroupsCommand({}));
    const config = {
      accountId: "123456789012",
      region: PLACE.region,
      cluster: "berth",
      subnets: Subnets.map(({ SubnetId = "" }) => SubnetId).slice(0, 2),
      securityGroups: SecurityGroups.map(({ GroupId = "" }) => GroupId).slice(0, 1),
      roles: {
        berth: "arn:aws:iam::123456789012:role/berth",
        execution: "arn:aws:iam::123456789012:role/berth-execution",
      },
      endpoints: {
        ecs: url,
        ec2: url,
        sts: url,
        logs: url,
        secretsmanager: url,
        servicequotas: url,
        iam: url,
      },
    };
    const ports = testCloudPorts({
      now: Date.now,
      secrets: async (_tenant, reference) => `value of ${reference}`,
    });
    adapter = withDeadlines(withKinds(ecsAdapter(target("ecs", config), ports)));
  });
  afterAll(() => moto?.close());

  test("a service is made, seen with its mark, scaled in place and removed, and nothing is left", async () => {
    const one = unit();
    const first = await adapter.apply(one, call());
    expect(first).toMatchObject({ unit: one.id, replicas: 2 });
    const seen = await adapter.observe(knownOf(one), call());
    expect(seen).toMatchObject({ complete: true, unrecognised: [] });
    expect(seen.observations).toMatchObject([{ unit: one.id, phase: "ready", ready: 2, replicas: 2 }]);
    const more = { ...one, replicas: { min: 3, max: 3 } };
    expect(await adapter.apply(more, call())).toMatchObject({ replicas: 3 });
    let answer = await adapter.destroy(unitRef(one), call());
    for (let asks = 0; asks < 5 && answer === "going"; asks += 1)
      answer = await adapter.destroy(unitRef(one), call());
    expect(answer).toBe("gone");
    expect((await adapter.observe(knownOf(), call())).observations).toEqual([]);
    const { SecretList = [] } = await sdk.secrets.send(new ListSecretsCommand({}));
    expect(SecretList).toEqual([]);
  });

  test("what carries our mark and is unknown is unrecognised", async () => {
    const stray = unit({ workload: "stray" });
    await adapter.apply(stray, call());
    const { unrecognised } = await adapter.observe(knownOf(), call());
    expect(unrecognised.map((one) => one.unit)).toEqual([stray.id]);
  });

  test("a job's try is one task, found again by its name, and can be stopped", async () => {
    const job = unit({ template: jobTemplate() });
    const run = { run: "run_1", attempt: 1, name: "bmototry1", startedAt: Date.now() };
    expect(await adapter.runs?.start(job, run, call())).toMatchObject({ phase: "running" });
    expect(await adapter.runs?.start(job, run, call())).toMatchObject({ phase: "running" });
    expect(await seenTry(adapter.runs, job, run)).toMatchObject({ phase: "running" });
    expect(await adapter.runs?.stop(job, run, call())).toBe("stopping");
    expect(await adapter.runs?.stop(job, run, call())).toBe("stopped");
    const missing = { cluster: "berth", tasks: ["00000000000000000000000000000000"] };
    expect((await sdk.ecs.send(new DescribeTasksCommand(missing))).tasks).toEqual([]);
  });

  test("offers say what the cluster has", async () => {
    const offers = await adapter.offers(needs(), call());
    expect(offers.filter(({ impossible }) => impossible.length === 0).length).toBeGreaterThan(0);
  });

  test("a check proves the identity, the cluster and the network by reading them", async () => {
    const lines = (await adapter.check?.(call())) ?? [];
    const verdicts = Object.fromEntries(lines.map(({ name, verdict }) => [name, verdict]));
    expect(verdicts).toMatchObject({
      "sts:GetCallerIdentity": "ok",
      "ecs:DescribeClusters in eu-west-1": "ok",
      "ec2:DescribeSubnets in eu-west-1": "ok",
      "ec2:DescribeSecurityGroups in eu-west-1": "ok",
    });
    // Moto lets in any token, which is just what a check has to find.
    expect(verdicts["a wrong subject is refused"]).toBe("refused");
  });
});
