import { afterEach, describe, expect, test } from "vitest";
import { ecsAdapter } from "../../../src/adapters/ecs/index.ts";
import { withDeadlines, withKinds } from "../../../src/adapters/wrap.ts";
import { adapterContract } from "../contract.ts";
import { call, target } from "../fixtures.ts";
import { ecsBench } from "./bench.ts";
import { httpCloud, type HttpCloud } from "./http-cloud.ts";
import { CONFIG, EXPRESS_CONFIG, ecsTemplate, ecsWorld, jobTemplate, SECRET_VALUE } from "./world.ts";
import { knownOf } from "../known.ts";
import { seenTry } from "../seen-try.ts";

/** The official SDK against the simulated account over HTTP, each call and answer held to AWS's contract. */
async function overHttp(config: Readonly<Record<string, unknown>> = CONFIG) {
  const world = ecsWorld({ config });
  const cloud = await httpCloud(world.account.answer);
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
  const row = target("ecs", { ...config, endpoints });
  const adapter = withDeadlines(withKinds(ecsAdapter(row, world.ports)));
  return { world, cloud, adapter };
}

adapterContract("ECS over the official SDK", async () => {
  const { world, cloud, adapter } = await overHttp();
  return ecsBench(world, adapter, async () => {
    await cloud.close();
    expect(cloud.broken).toEqual([]);
  });
});

describe("the official SDK", () => {
  let cloud: HttpCloud | undefined;
  afterEach(async () => {
    await cloud?.close();
    expect(cloud?.broken).toEqual([]);
  });

  test("signs with keys of the assumed role, which is asked for once and without a signature", async () => {
    const here = await overHttp();
    cloud = here.cloud;
    await here.adapter.apply(here.world.unit(), call());
    await here.adapter.observe(knownOf(), call());
    const assumed = cloud.calls.filter(({ operation }) => operation === "AssumeRoleWithWebIdentity");
    expect(assumed).toEqual([
      {
        service: "sts",
        operation: "AssumeRoleWithWebIdentity",
        region: undefined,
        input: {
          RoleArn: CONFIG.roles.berth,
          RoleSessionName: "berth-tgt_ecs",
          WebIdentityToken: "assertion.of.tgt_ecs.for.sts.amazonaws.com",
          DurationSeconds: 3_600,
        },
      },
    ]);
    const signed = cloud.calls.filter(({ operation }) => operation !== "AssumeRoleWithWebIdentity");
    expect(new Set(signed.map(({ region }) => region))).toEqual(new Set(["eu-west-1"]));
  });

  test("reads a job's end, its exit code and its last lines", async () => {
    const here = await overHttp();
    cloud = here.cloud;
    here.world.account.behave({
      exits: [{ image: "web", exitCode: 3, afterMs: 500, lines: ["no such table"] }],
    });
    const unit = here.world.unit({ template: jobTemplate() });
    const run = { run: "run_1", attempt: 1, name: "btry1", startedAt: here.world.time.now() };
    await here.adapter.runs?.start(unit, run, call());
    here.world.time.pass(5_000);
    const seen = await seenTry(here.adapter.runs, unit, run);
    expect(seen).toMatchObject({ phase: "failed", exitCode: 3 });
    expect(seen?.lastLines).toContain("no such table");
    expect(seen?.endedAt).toBeGreaterThan(seen?.startedAt ?? Infinity);
  });

  test("reads the account's quotas, those that AWS tells and those it does not", async () => {
    const here = await overHttp();
    cloud = here.cloud;
    const lines = (await here.adapter.check?.(call())) ?? [];
    expect(lines.find(({ name }) => name.startsWith("servicequotas:"))).toMatchObject({
      verdict: "ok",
      message: expect.stringMatching(/a number that AWS does not tell.*0 of 5000 services/),
    });
    const asked = cloud.calls.filter(({ operation }) => operation === "GetServiceQuota");
    expect(asked.map(({ input }) => input)).toContainEqual({
      ServiceCode: "fargate",
      QuotaCode: "L-3032A538",
    });
  });

  test("drives Express Mode up to its URL", async () => {
    const here = await overHttp(EXPRESS_CONFIG);
    cloud = here.cloud;
    const unit = here.world.unit();
    await here.adapter.apply(unit, call());
    here.world.time.pass(5_000);
    const { observations } = await here.adapter.observe(knownOf(unit), call());
    expect(observations[0]?.endpoints).toEqual([
      {
        replica: 0,
        url: expect.stringMatching(`^https://${unit.name}-[0-9a-f]{8}\\.ecs\\.eu-west-1\\.on\\.aws$`),
        transport: "tls",
        bypassable: true,
        ready: true,
      },
    ]);
  });

  test("sends a secret's value to Secrets Manager and nowhere else", async () => {
    const here = await overHttp();
    cloud = here.cloud;
    await here.adapter.apply(
      here.world.unit({ template: ecsTemplate({ secrets: { KEY: "db-url@3" } }) }),
      call(),
    );
    const told = cloud.calls.filter(({ input }) => JSON.stringify(input).includes(SECRET_VALUE));
    expect(told.map(({ operation }) => operation)).toEqual(["CreateSecret"]);
  });
});
