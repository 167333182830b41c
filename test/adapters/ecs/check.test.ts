import { describe, expect, test } from "vitest";
import type { Operation } from "../../../src/adapters/ecs/api.ts";
import { awsCredentials } from "../../../src/adapters/ecs/credentials.ts";
import { parseEcsConfig } from "../../../src/adapters/ecs/config.ts";
import { trustDocuments, trustPolicy } from "../../../src/adapters/ecs/permissions.ts";
import { OPERATIONS } from "../../../src/adapters/ecs/quotas.ts";
import { permissionPolicy } from "../../../src/adapters/ecs/statements.ts";
import { awsPartition } from "../../../src/catalog/aws-partitions.ts";
import { regionsOf } from "../../../src/catalog/book.ts";
import { builtInBook } from "../../../src/catalog/shipped-book.ts";
import { AdapterError } from "../../../src/domain/fault.ts";
import { testCloudPorts } from "../cloud-ports.ts";
import { call, START, target } from "../fixtures.ts";
import { CONFIG, EXPRESS_CONFIG, ecsWorld } from "./world.ts";

const OWN_TOKEN = "assertion.of.tgt_ecs.for.sts.amazonaws.com";
const SUBJECT = { issuer: "https://berth.example/issuer", subject: "berth:prj_1:tgt_1" };

describe("a check", () => {
  const verdicts = async (world: ReturnType<typeof ecsWorld>) => {
    const lines = (await world.adapter.check?.(call())) ?? [];
    return Object.fromEntries(lines.map(({ name, verdict }) => [name, verdict]));
  };

  test("proves by reading, creates nothing, and proves that a wrong subject is refused", async () => {
    const world = ecsWorld({ rules: { admits: [OWN_TOKEN] } });
    expect(await verdicts(world)).toMatchObject({
      "sts:GetCallerIdentity": "ok",
      "a wrong subject is refused": "ok",
      "ecs:DescribeClusters in eu-west-1": "ok",
      "ec2:DescribeSubnets in eu-west-1": "ok",
      "iam:PassRole in eu-west-1": "ok",
      "ecs:CreateService in eu-west-1": "ok",
    });
    const writes = world
      .operations()
      .filter((name) => !/^(Describe|List|Get|AssumeRole|Simulate)/.test(name));
    expect(writes).toEqual([]);
  });

  const READS = [
    "ecs:ListServices",
    "ecs:DescribeServices",
    "ecs:ListTasks",
    "ecs:DescribeTasks",
    "ecs:ListTaskDefinitionFamilies",
    "ecs:ListTaskDefinitions",
    "ecs:DescribeTaskDefinition",
    "secretsmanager:ListSecrets",
    "secretsmanager:DescribeSecret",
    "logs:GetLogEvents",
  ] as const;
  const answering = (operation: Operation, code: string, message: string, status: number) =>
    ecsWorld({ rules: { faults: [{ operation, when: "before", code, message, status, times: 1 }] } });

  test("proves every read that looks need, also of what is not there", async () => {
    const found = await verdicts(ecsWorld({ rules: { admits: [OWN_TOKEN] } }));
    for (const read of READS) expect(found, read).toMatchObject({ [`${read} in eu-west-1`]: "ok" });
  });

  test.each(READS)("tells that the role may not %s", async (read) => {
    const operation = Object.keys(OPERATIONS).find((name): name is Operation => read.endsWith(`:${name}`));
    if (operation === undefined) throw new Error(`there is no ${read}`);
    const world = answering(operation, "AccessDeniedException", "User is not authorized", 400);
    expect(await verdicts(world)).toMatchObject({ [`${read} in eu-west-1`]: "refused" });
  });

  test("tells that the log group is missing, without which no task starts", async () => {
    const text = "The specified log group does not exist.";
    const world = answering("GetLogEvents", "ResourceNotFoundException", text, 400);
    const lines = (await world.adapter.check?.(call())) ?? [];
    const said = lines.find(({ name }) => name === "logs:GetLogEvents in eu-west-1");
    expect(said?.verdict).toBe("refused");
    expect(said?.message).toContain("Make the log group /berth in eu-west-1");
  });

  test("tells a trust policy that lets in everyone", async () => {
    expect(await verdicts(ecsWorld())).toMatchObject({ "a wrong subject is refused": "refused" });
  });

  test("tells a wrong account, cluster and network, each with what to change", async () => {
    const rules = { accountId: "210987654321", clusters: [], subnets: [], admits: [OWN_TOKEN] };
    expect(await verdicts(ecsWorld({ rules }))).toMatchObject({
      "sts:GetCallerIdentity": "refused",
      "ecs:DescribeClusters in eu-west-1": "refused",
      "ec2:DescribeSubnets in eu-west-1": "refused",
    });
  });
});

describe("what an owner sets up", () => {
  const config = parseEcsConfig(EXPRESS_CONFIG);

  test("lets in one subject, with a token meant for AWS", () => {
    expect(trustPolicy(config, SUBJECT)).toMatchObject({
      Statement: [
        {
          Principal: { Federated: "arn:aws:iam::123456789012:oidc-provider/berth.example/issuer" },
          Condition: {
            StringEquals: {
              "berth.example/issuer:aud": "sts.amazonaws.com",
              "berth.example/issuer:sub": "berth:prj_1:tgt_1",
            },
          },
        },
      ],
    });
  });

  test("allows every operation the adapter sends, and none with a star", () => {
    const text = JSON.stringify(permissionPolicy(config));
    const free = ["GetCallerIdentity", "AssumeRoleWithWebIdentity"];
    for (const [operation, { service }] of Object.entries(OPERATIONS))
      if (!free.includes(operation)) expect(text).toContain(`"${service}:${operation}"`);
    expect(text).not.toMatch(/"[a-z0-9]+:\*"/);
    expect(JSON.stringify(permissionPolicy(parseEcsConfig(CONFIG)))).not.toContain(
      'ExpressGatewayService","ecs:Update',
    );
  });

  test("changes and removes only what carries our mark, and passes roles only to their own service", () => {
    const { Statement } = JSON.parse(JSON.stringify(permissionPolicy(config)));
    const of = (sid: string) => Statement.find((one: { Sid: string }) => one.Sid === sid);
    for (const sid of ["ChangeServices", "StopTasks", "ChangeSecrets", "DeleteDefinitions"])
      expect(of(sid).Condition.Null).toEqual({ "aws:ResourceTag/berth-unit": "false" });
    expect(of("PassToTasks").Condition.StringEquals).toEqual({
      "iam:PassedToService": "ecs-tasks.amazonaws.com",
    });
    expect(of("PassToExpressMode").Resource).toEqual([EXPRESS_CONFIG.roles.infrastructure]);
  });

  test("lets the role be simulated by itself alone, which IAM answers from no region of the target's", () => {
    const { Statement } = permissionPolicy(config);
    const simulate = "iam:SimulatePrincipalPolicy";
    const allowed = Statement.filter(({ Action }) => Action?.includes(simulate));
    expect(allowed.map(({ Resource }) => Resource)).toEqual([[CONFIG.roles.berth]]);
    expect(Statement.at(-1)?.NotAction).toContain(simulate);
    const { berth: _berth, ...roles } = CONFIG.roles;
    const keys = parseEcsConfig({ ...CONFIG, roles, credentials: { secret: "keys" } });
    expect(JSON.stringify(permissionPolicy(keys).Statement.slice(0, -1))).not.toContain(simulate);
  });

  test("fits into a role with every region of its partition and a cluster of its own in each, and names no other region", () => {
    const commercial = regionsOf(builtInBook(), "ecs").filter((region) => awsPartition(region).id === "aws");
    const regions = commercial.map((region, index) => ({
      region,
      cluster: `cluster-of-${index}`,
      subnets: CONFIG.subnets,
      securityGroups: CONFIG.securityGroups,
    }));
    const {
      region: _region,
      cluster: _cluster,
      subnets: _subnets,
      securityGroups: _groups,
      ...rest
    } = EXPRESS_CONFIG;
    const policy = permissionPolicy(parseEcsConfig({ ...rest, regions }));
    // IAM counts no white space.
    expect(JSON.stringify(policy).length).toBeLessThan(10_240);
    const { Statement } = JSON.parse(JSON.stringify(policy));
    expect(Statement.at(-1)).toMatchObject({
      Effect: "Deny",
      Condition: { StringNotEquals: { "aws:RequestedRegion": regions.map(({ region }) => region) } },
    });
  });

  test("lets a secret that is gone be not found: whether it is there may be asked of every name of ours", () => {
    const { Statement } = JSON.parse(JSON.stringify(permissionPolicy(config)));
    const asks = Statement.filter(({ Action }: { Action?: string[] }) =>
      Action?.includes("secretsmanager:DescribeSecret"),
    );
    expect(asks).toHaveLength(1);
    expect(asks[0].Resource).toEqual(["arn:aws:secretsmanager:*:123456789012:secret:b*/*"]);
    expect(asks[0]).not.toHaveProperty("Condition");
  });

  test("has the roles that tasks and Express Mode need, and these only where they are used", () => {
    const titles = (given: object) =>
      trustDocuments(parseEcsConfig(given), SUBJECT)
        .map(({ title }) => title)
        .join();
    expect(titles(EXPRESS_CONFIG)).toMatch(
      /roles\.execution.*AmazonECSTaskExecutionRolePolicy.*roles\.infrastructure/,
    );
    expect(titles(CONFIG)).not.toContain("roles.infrastructure");
    const [, , trust, permissions] = trustDocuments(config, SUBJECT);
    expect(JSON.parse(trust?.text ?? "")).toMatchObject({
      Statement: [{ Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
    });
    expect(JSON.parse(permissions?.text ?? "")).toMatchObject({
      Statement: [
        {
          Action: ["secretsmanager:GetSecretValue"],
          Condition: { Null: { "aws:ResourceTag/berth-unit": "false" } },
        },
      ],
    });
  });

  test("comes as policies and as Terraform, in which a name cannot become an expression", () => {
    const documents = trustDocuments({ ...config, logGroup: "${evil}" }, SUBJECT);
    expect(documents.map(({ format }) => format)).toEqual([
      "json",
      "json",
      "json",
      "json",
      "json",
      "terraform",
    ]);
    expect(documents[5]?.text).toContain('"$${evil}"');
    expect(documents[5]?.text).not.toMatch(/[^$]\$\{/);
    for (const { text } of documents.slice(0, 5)) expect(() => JSON.parse(text)).not.toThrow();
  });
});

describe("credentials", () => {
  const keyless = parseEcsConfig(CONFIG);
  const byKeys = parseEcsConfig({
    ...CONFIG,
    roles: { execution: CONFIG.roles.execution },
    credentials: { secret: "aws-keys" },
  });
  const never = () => Promise.reject(new Error("nobody is asked"));

  test("are those of the assumed role until they end", async () => {
    const Expiration = new Date(START + 3_600_000);
    const Credentials = { AccessKeyId: "ASIA1", SecretAccessKey: "s", SessionToken: "t", Expiration };
    const keys = awsCredentials(target("ecs", CONFIG), keyless, testCloudPorts(), async () => ({
      Credentials,
    }));
    expect(await keys(call())).toEqual({
      value: { accessKeyId: "ASIA1", secretAccessKey: "s", sessionToken: "t" },
      expiresAt: START + 3_600_000,
    });
  });

  test("may be long-lived keys of the project's own secret", async () => {
    const ports = testCloudPorts({
      secrets: async (tenant, name) =>
        JSON.stringify({ accessKeyId: `AKIA-${tenant.environment}-${name}`, secretAccessKey: "s" }),
    });
    const { value } = await awsCredentials(target("ecs", CONFIG), byKeys, ports, never)(call());
    expect(value.accessKeyId).toBe("AKIA-production-aws-keys");
  });

  test.each(["not json", "[]", '{"accessKeyId": 1}'])(
    "never show a secret that is no key: %s",
    async (text) => {
      const ports = testCloudPorts({ secrets: async () => text });
      const error: unknown = await awsCredentials(
        target("ecs", CONFIG),
        byKeys,
        ports,
        never,
      )(call()).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(AdapterError);
      expect(error).toMatchObject({ kind: "denied" });
      expect(String(error)).not.toContain(text);
    },
  );
});
