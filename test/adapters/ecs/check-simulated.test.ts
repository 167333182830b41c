import { afterEach, expect, test } from "vitest";
import { parseEcsConfig } from "../../../src/adapters/ecs/config.ts";
import { ecsAdapter } from "../../../src/adapters/ecs/index.ts";
import type { EcsRules } from "../../../src/adapters/ecs/simulator/rules.ts";
import { actStatements, permissionPolicy, type Statement } from "../../../src/adapters/ecs/statements.ts";
import type { CheckLine } from "../../../src/domain/trust.ts";
import { call, target } from "../fixtures.ts";
import { type HttpCloud, httpCloud } from "./http-cloud.ts";
import { CONFIG, EXPRESS_CONFIG, ecsWorld } from "./world.ts";

const config = parseEcsConfig(EXPRESS_CONFIG);
const PRINTED = permissionPolicy(config).Statement;
const ACTS = [...new Set(actStatements(config).flatMap(({ Action = [] }) => Action))];
const HERE = " in eu-west-1";

async function checked(rules: Partial<EcsRules>, given: Readonly<Record<string, unknown>> = EXPRESS_CONFIG) {
  const world = ecsWorld({ config: given, rules });
  const lines = (await world.adapter.check?.(call())) ?? [];
  return { world, lines, of: (name: string) => lineOf(lines, name) };
}

function lineOf(lines: readonly CheckLine[], name: string): CheckLine {
  const line = lines.find((one) => one.name === name);
  if (line === undefined) throw new Error(`no line ${name} among ${lines.map((one) => one.name).join()}`);
  return line;
}

const without = (sid: string) => PRINTED.filter(({ Sid }) => Sid !== sid);
const refusedIn = (lines: readonly CheckLine[]) =>
  lines.filter(({ verdict }) => verdict === "refused").map(({ name }) => name.replace(HERE, ""));

test("a role with the printed policy is proved to do everything that it has to, and nothing is left open", async () => {
  const { lines, of } = await checked({
    policy: PRINTED,
    admits: ["assertion.of.tgt_ecs.for.sts.amazonaws.com"],
  });
  for (const action of ACTS) expect(of(`${action}${HERE}`)).toMatchObject({ verdict: "ok" });
  expect(ACTS).toContain("iam:PassRole");
  expect(lines.filter(({ verdict }) => verdict !== "ok").map(({ name }) => name)).toEqual([]);
});

test.each(actStatements(config).map(({ Sid, Action = [] }): [string, readonly string[]] => [Sid, Action]))(
  "without the statement %s exactly its actions are refused, each by what to add",
  async (sid, actions) => {
    const { lines, of } = await checked({ policy: without(sid), admits: [] });
    expect(refusedIn(lines.filter(({ name }) => ACTS.some((act) => name.startsWith(act)))).sort()).toEqual(
      [...actions].sort(),
    );
    for (const action of actions)
      expect(of(`${action}${HERE}`).message).toContain(`add the statement ${sid} that`);
  },
);

test("a condition on what only a real call has leaves an action unproved, by the name of what is missing", async () => {
  const other = PRINTED.map((one) =>
    one.Sid === "MakeServices" ? { ...one, Condition: { Null: { "aws:RequestTag/team": "false" } } } : one,
  );
  const { of } = await checked({ policy: other });
  expect(of(`ecs:CreateService${HERE}`)).toMatchObject({
    verdict: "cannot be proved",
    message: expect.stringContaining("aws:RequestTag/team"),
  });
});

test("a deny that applies is told as one, also of a policy that allows", async () => {
  const deny: Statement = { Sid: "No", Effect: "Deny", Action: ["iam:PassRole"], Resource: ["*"] };
  const { of } = await checked({ policy: [...PRINTED, deny] });
  expect(of(`iam:PassRole${HERE}`)).toMatchObject({
    verdict: "refused",
    message: expect.stringContaining("denies it"),
  });
});

test("a role for another region is refused in this one", async () => {
  const elsewhere = PRINTED.map((one) =>
    one.Sid === "NowhereElse"
      ? { ...one, Condition: { StringNotEquals: { "aws:RequestedRegion": ["us-east-1"] } } }
      : one,
  );
  const { of } = await checked({ policy: elsewhere });
  expect(of(`ecs:RunTask${HERE}`).verdict).toBe("refused");
  expect(of(`iam:PassRole${HERE}`).verdict).toBe("ok");
});

test("a role that may not simulate itself proves nothing, says what to allow, and is asked once", async () => {
  const faults: EcsRules["faults"] = [
    {
      operation: "SimulatePrincipalPolicy",
      when: "before",
      code: "AccessDenied",
      message: "User is not authorized to perform: iam:SimulatePrincipalPolicy",
      status: 403,
      times: 100,
    },
  ];
  const { world, of } = await checked({ faults });
  for (const action of ACTS)
    expect(of(`${action}${HERE}`)).toMatchObject({
      verdict: "cannot be proved",
      message: expect.stringContaining("Allow iam:SimulatePrincipalPolicy on the role itself"),
    });
  expect(world.operations().filter((name) => name === "SimulatePrincipalPolicy")).toHaveLength(1);
});

test("a role that is not there, and long-lived keys, prove nothing", async () => {
  const gone = { ...CONFIG, roles: { ...CONFIG.roles, berth: "arn:aws:iam::210987654321:role/berth" } };
  expect((await checked({}, gone)).of(`ecs:RunTask${HERE}`)).toMatchObject({
    verdict: "cannot be proved",
    message: expect.stringContaining("cannot be found"),
  });
  const keys = { ...CONFIG, roles: { execution: CONFIG.roles.execution }, credentials: { secret: "keys" } };
  // Where both are named, it is the keys that act.
  for (const given of [keys, { ...CONFIG, credentials: { secret: "keys" } }]) {
    const { world, of } = await checked({}, given);
    expect(of(`ecs:RunTask${HERE}`).message).toContain("set roles.berth");
    expect(world.operations()).not.toContain("SimulatePrincipalPolicy");
  }
});

test("of many regions the first are simulated, each with its own cluster, and the others are named", async () => {
  const { subnets, securityGroups, region: _region, cluster: _cluster, ...rest } = EXPRESS_CONFIG;
  const names = ["eu-west-1", "eu-west-2", "eu-west-3", "eu-north-1"];
  const regions = names.map((region) => ({ region, cluster: `in-${region}`, subnets, securityGroups }));
  const given = { ...rest, regions };
  const { world, of } = await checked({ policy: permissionPolicy(parseEcsConfig(given)).Statement }, given);
  for (const region of names.slice(0, 3)) expect(of(`ecs:StopTask in ${region}`).verdict).toBe("ok");
  expect(of("changes in eu-north-1").verdict).toBe("cannot be proved");
  const asked = world.calls.filter(({ operation }) => operation === "SimulatePrincipalPolicy");
  expect(JSON.stringify(asked)).toContain("arn:aws:ecs:eu-west-2:123456789012:task/in-eu-west-2/check");
  expect(JSON.stringify(asked)).not.toContain("*:");
});

let cloud: HttpCloud | undefined;
afterEach(async () => {
  await cloud?.close();
  expect(cloud?.broken ?? []).toEqual([]);
  cloud = undefined;
});

test("the official SDK asks IAM and reads its answer, its refusals by the name of their shape too", async () => {
  const world = ecsWorld({ rules: { policy: without("RunTasks") } });
  cloud = await httpCloud(world.account.answer);
  const { url } = cloud;
  const services = ["ecs", "ec2", "sts", "logs", "secretsmanager", "servicequotas", "iam"];
  const endpoints = Object.fromEntries(services.map((service) => [service, url]));
  const over = async (given: object) => {
    const adapter = ecsAdapter(target("ecs", { ...given, endpoints }), world.ports);
    return (await adapter.check?.(call())) ?? [];
  };
  const lines = await over(CONFIG);
  expect(lineOf(lines, `ecs:RunTask${HERE}`).verdict).toBe("refused");
  expect(lineOf(lines, `ecs:TagResource${HERE}`).verdict).toBe("ok");
  const gone = { ...CONFIG, roles: { ...CONFIG.roles, berth: "arn:aws:iam::210987654321:role/berth" } };
  expect(lineOf(await over(gone), `ecs:RunTask${HERE}`).message).toMatch(/^AWS refused: NoSuchEntity/);
});
