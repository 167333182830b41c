import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient } from "@aws-sdk/client-ecs";
import { IAMClient } from "@aws-sdk/client-iam";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ServiceQuotasClient } from "@aws-sdk/client-service-quotas";
import { STSClient } from "@aws-sdk/client-sts";
import { afterEach, describe, expect, test } from "vitest";
import { ecrPartition } from "../../../src/catalog/aws-partitions.ts";
import { parseEcsConfig } from "../../../src/adapters/ecs/config.ts";
import { ecsAdapter } from "../../../src/adapters/ecs/index.ts";
import { withDeadlines, withKinds } from "../../../src/adapters/wrap.ts";
import { Fault } from "../../../src/domain/fault.ts";
import { adapterContract } from "../contract.ts";
import { testCloudPorts } from "../cloud-ports.ts";
import { call, needs, target } from "../fixtures.ts";
import { knownOf } from "../known.ts";
import { statedPrices } from "../stated-prices.ts";
import { ecsBench } from "./bench.ts";
import { gone } from "./gone.ts";
import { httpCloud, type HttpCloud } from "./http-cloud.ts";
import { CONFIG, ecsTemplate, ecsWorld } from "./world.ts";

const SUBJECT = { issuer: "https://berth.example/issuer", subject: "berth:prj_1:tgt_1" };
const PARTITIONS = [
  {
    region: "us-gov-west-1",
    id: "aws-us-gov",
    suffix: "amazonaws.com",
    audience: "sts.amazonaws.com",
    iam: "iam.us-gov.amazonaws.com",
    express: true,
  },
  {
    region: "us-gov-east-1",
    id: "aws-us-gov",
    suffix: "amazonaws.com",
    audience: "sts.amazonaws.com",
    iam: "iam.us-gov.amazonaws.com",
    express: true,
  },
  {
    region: "cn-north-1",
    id: "aws-cn",
    suffix: "amazonaws.com.cn",
    audience: "sts.amazonaws.com.cn",
    iam: "iam.cn-north-1.amazonaws.com.cn",
    express: false,
  },
  {
    region: "cn-northwest-1",
    id: "aws-cn",
    suffix: "amazonaws.com.cn",
    audience: "sts.amazonaws.com.cn",
    iam: "iam.cn-north-1.amazonaws.com.cn",
    express: false,
  },
  {
    region: "eusc-de-east-1",
    id: "aws-eusc",
    suffix: "amazonaws.eu",
    audience: "sts.amazonaws.com",
    iam: "iam.eusc-de-east-1.amazonaws.eu",
    express: false,
  },
] as const;

/** The tests' target, in a region of another partition. */
function configIn(region: string, partition: string) {
  const role = (name: string) => `arn:${partition}:iam::123456789012:role/${name}`;
  return { ...CONFIG, region, roles: { berth: role("berth"), execution: role("berth-execution") } };
}

for (const { region, id } of PARTITIONS)
  adapterContract(`ECS in ${region}`, async () => {
    const world = ecsWorld({ config: configIn(region, id), ports: { book: statedPrices("ecs", region) } });
    return await Promise.resolve(ecsBench(world, world.adapter, async () => {}));
  });

describe.each(PARTITIONS)("in $region", (its) => {
  const { region, id } = its;
  const config = configIn(region, id);
  const place = { provider: "ecs", target: "here", region } as const;
  let cloud: HttpCloud | undefined;
  afterEach(async () => {
    await cloud?.close();
    expect(cloud?.broken ?? []).toEqual([]);
    cloud = undefined;
  });

  test("a unit is created, gets ready at a name of its own partition, and is gone when it is destroyed", async () => {
    const world = ecsWorld({ config });
    const unit = world.unit({ place });
    await world.adapter.apply(unit, call());
    world.time.pass(5_000);
    const [seen] = (await world.adapter.observe(knownOf(unit), call())).observations;
    expect(seen).toMatchObject({ phase: "ready", ready: 2 });
    for (const { url } of seen?.endpoints ?? [])
      expect(new URL(url).hostname.endsWith(`.${region}.compute.${its.suffix}`)).toBe(true);
    expect(JSON.stringify(world.account.state())).toContain(`arn:${id}:ecs:${region}:`);
    expect(await gone(world, unit)).toBe("gone");
  });

  test("each service is called at its partition's own host, without an endpoint in the target", () => {
    const ask = { Region: region, UseFIPS: false, UseDualStack: false };
    const hosts = [
      new ECSClient({ region }).config.endpointProvider(ask),
      new EC2Client({ region }).config.endpointProvider(ask),
      new CloudWatchLogsClient({ region }).config.endpointProvider(ask),
      new SecretsManagerClient({ region }).config.endpointProvider(ask),
      new ServiceQuotasClient({ region }).config.endpointProvider(ask),
      new STSClient({ region }).config.endpointProvider({ ...ask, UseGlobalEndpoint: false }),
    ].map(({ url }) => url.host);
    for (const host of hosts) expect(host.endsWith(`.${region}.${its.suffix}`), host).toBe(true);
    expect(new IAMClient({ region }).config.endpointProvider(ask).url.host).toBe(its.iam);
    expect(() =>
      ecsAdapter(target("ecs", config), testCloudPorts({ allowCustomEndpoints: false })),
    ).not.toThrow();
  });

  test("a token of its partition's audience is exchanged for the role, and calls to endpoints of the target's own are signed for the region", async () => {
    const world = ecsWorld({ config, rules: { admits: [`assertion.of.tgt_ecs.for.${its.audience}`] } });
    cloud = await httpCloud(world.account.answer);
    const { url } = cloud;
    const endpoints = {
      ecs: url,
      ec2: url,
      sts: url,
      logs: url,
      secretsmanager: url,
      servicequotas: url,
      iam: url,
    };
    const adapter = withDeadlines(
      withKinds(ecsAdapter(target("ecs", { ...config, endpoints }), world.ports)),
    );
    await adapter.apply(world.unit({ place }), call());
    const assumed = cloud.calls.find(({ operation }) => operation === "AssumeRoleWithWebIdentity");
    expect(assumed?.input).toMatchObject({
      RoleArn: `arn:${id}:iam::123456789012:role/berth`,
      WebIdentityToken: `assertion.of.tgt_ecs.for.${its.audience}`,
    });
    const signed = cloud.calls.flatMap(({ region: at }) => at ?? []);
    expect(new Set(signed)).toEqual(new Set([region]));
  });

  test("a check proves the account, the wrong subject and every right in its partition", async () => {
    const world = ecsWorld({ config, rules: { admits: [`assertion.of.tgt_ecs.for.${its.audience}`] } });
    const lines = (await world.adapter.check?.(call())) ?? [];
    expect(lines.filter(({ verdict }) => verdict !== "ok")).toEqual([]);
    expect(lines[0]?.message).toContain(`arn:${id}:sts:`);
    // Another target's token is refused for its subject, not for an audience that AWS would refuse of anybody.
    const shown = world.calls.filter(({ operation }) => operation === "AssumeRoleWithWebIdentity");
    expect(shown.map(({ input }) => input)).toContainEqual(
      expect.objectContaining({ WebIdentityToken: `assertion.of.tgt_ecs-other.for.${its.audience}` }),
    );
  });

  test("the printed documents name its own partition in every ARN, its audience and its region, and no other", () => {
    const { adapter } = ecsWorld({ config });
    const documents = adapter.trust?.(SUBJECT) ?? [];
    const text = documents.map((one) => one.text).join("\n");
    expect(new Set(text.match(/arn:[a-z-]+:/g))).toEqual(new Set([`arn:${id}:`]));
    expect(text).toContain(`:aud": "${its.audience}"`);
    expect(text).toContain(`client_id_list = ["${its.audience}"]`);
    expect(text).toContain(`provider "aws" {\n  region = "${region}"\n}`);
    // Services are called so in every partition.
    expect(new Set(text.match(/[a-z-]+\.amazonaws\.com(?!\.cn)/g))).toEqual(
      new Set(
        its.audience === "sts.amazonaws.com"
          ? ["ecs-tasks.amazonaws.com", "sts.amazonaws.com"]
          : ["ecs-tasks.amazonaws.com"],
      ),
    );
    expect(adapter.audience).toBe(its.audience);
  });

  test("a role of the commercial partition is refused, and Express Mode where no document says it is there", () => {
    const problems = problemsOf({
      ...config,
      roles: { ...config.roles, task: "arn:aws:iam::123456789012:role/app" },
    });
    expect(problems).toMatchObject([
      { pointer: "/roles/task", message: expect.stringContaining(`begin with arn:${id}:`) },
    ]);
    const infrastructure = `arn:${id}:iam::123456789012:role/berth-infrastructure`;
    const express = problemsOf({ ...config, roles: { ...config.roles, infrastructure } });
    expect(express.map(({ pointer }) => pointer)).toEqual(its.express ? [] : ["/roles/infrastructure"]);
  });

  test("the cluster's own capacity providers prove what no document says, and without them it is refused", async () => {
    const rulesOf = async (capacityProviders: readonly string[]) => {
      const { adapter } = ecsWorld({ config, rules: { capacityProviders } });
      const offers = await adapter.offers(needs(), call());
      return offers
        .flatMap(({ impossible }) => impossible.map(({ rule }) => rule))
        .filter((rule) => rule.startsWith("region:"));
    };
    const bare = await rulesOf([]);
    expect(bare).toContain("region:spot");
    expect(bare.includes("region:fargate")).toBe(id === "aws-eusc");
    const proved = await rulesOf(["FARGATE", "FARGATE_SPOT"]);
    expect(proved.filter((rule) => rule !== "region:arm64")).toEqual([]);
    expect(await rulesOf(["FARGATE"])).toContain("region:spot");
  });
});

test("an image in another partition's ECR is refused before anything is made, unless a login for it is kept", async () => {
  const config = configIn("us-gov-west-1", "aws-us-gov");
  const place = { provider: "ecs", target: "here", region: "us-gov-west-1" } as const;
  const host = "123456789012.dkr.ecr.us-east-1.amazonaws.com";
  const imageOf = (registry: string) =>
    ecsTemplate({ image: `${registry}/web:1`, secrets: { KEY: "db-url@3" } });
  const without = ecsWorld({ config });
  const foreign = without.unit({ place, template: imageOf(host) });
  await expect(without.adapter.apply(foreign, call())).rejects.toThrow(
    `The registry ${host} is of AWS's commercial regions, and a role of AWS GovCloud (US) cannot pull from it`,
  );
  expect(without.operations().filter((name) => !/^(Describe|List|Get)/.test(name))).toEqual([]);
  for (const own of ["123456789012.dkr.ecr.us-gov-east-1.amazonaws.com", "ghcr.io/acme"])
    await without.adapter.apply(without.unit({ place, template: imageOf(own) }), call());
  const login = { username: "AWS", password: "token" };
  const withLogin = ecsWorld({
    config,
    ports: { registries: async (_tenant, at) => (at === host ? login : undefined) },
  });
  await withLogin.adapter.apply(withLogin.unit({ place, template: imageOf(host) }), call());
  expect(withLogin.operations()).toContain("CreateService");
});

test("a registry of ECR is known by its host in every partition, and nothing else is taken for one", () => {
  const of = (host: string) => ecrPartition(host)?.id;
  expect([
    of("123456789012.dkr.ecr.eu-west-1.amazonaws.com"),
    of("123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com"),
    of("123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn"),
    of("123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu"),
  ]).toEqual(["aws", "aws-us-gov", "aws-cn", "aws-eusc"]);
  for (const other of [
    "public.ecr.aws",
    "ghcr.io",
    "123456789012.dkr.ecr.cn-north-1.amazonaws.com",
    "acme.azurecr.us",
  ])
    expect(of(other)).toBeUndefined();
});

test("regions of two partitions are refused with which they are", () => {
  const { region: _region, cluster, subnets, securityGroups, ...rest } = CONFIG;
  const regions = ["eu-west-1", "us-gov-east-1", "us-gov-west-1"].map((region) => ({
    region,
    cluster,
    subnets,
    securityGroups,
  }));
  expect(problemsOf({ ...rest, regions })).toEqual([
    {
      pointer: "/regions",
      message:
        "A target lies in one partition of AWS, and these are in 2: eu-west-1 of AWS's commercial regions; us-gov-east-1, us-gov-west-1 of AWS GovCloud (US). Make a target of each.",
    },
  ]);
});

test("the commercial partition's documents say nothing of providers, as ever", () => {
  const text = (ecsWorld().adapter.trust?.(SUBJECT) ?? []).map((one) => one.text).join("\n");
  expect(new Set(text.match(/arn:[a-z-]+:/g))).toEqual(new Set(["arn:aws:"]));
  expect(text).not.toContain('provider "aws"');
});

function problemsOf(document: object): Fault["problems"] {
  try {
    parseEcsConfig(document);
    return [];
  } catch (error) {
    if (error instanceof Fault) return error.problems;
    throw error;
  }
}
