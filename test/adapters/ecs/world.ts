import { ecsAdapterOver } from "../../../src/adapters/ecs/index.ts";
import { simulatedAccount } from "../../../src/adapters/ecs/simulator/account.ts";
import { type Answer, simulatedEcsApi } from "../../../src/adapters/ecs/simulator/api.ts";
import { type EcsRules, USUAL_RULES } from "../../../src/adapters/ecs/simulator/rules.ts";
import type { CloudPorts } from "../../../src/adapters/cloud-ports.ts";
import type { EcsApi } from "../../../src/adapters/ecs/api.ts";
import { withDeadlines, withKinds } from "../../../src/adapters/wrap.ts";
import type { Unit } from "../../../src/domain/plan.ts";
import { demandAnswer, demandContract } from "../../contracts/botocore.ts";
import { testCloudPorts } from "../cloud-ports.ts";
import { clock, target as makeTarget, template, unit as makeUnit } from "../fixtures.ts";

/** What a target of the simulated account says. */
export const CONFIG = {
  accountId: USUAL_RULES.accountId,
  region: "eu-west-1",
  cluster: "berth",
  subnets: [...USUAL_RULES.subnets],
  securityGroups: [...USUAL_RULES.securityGroups],
  roles: {
    berth: "arn:aws:iam::123456789012:role/berth",
    execution: "arn:aws:iam::123456789012:role/berth-execution",
  },
} as const;
/** The same where the account has the role that Express Mode needs. */
export const EXPRESS_CONFIG = {
  ...CONFIG,
  roles: { ...CONFIG.roles, infrastructure: "arn:aws:iam::123456789012:role/berth-infrastructure" },
} as const;

export const PLACE = { provider: "ecs", target: "here", region: "eu-west-1" } as const;
/** What a secret of the tests is called and holds; nowhere but in Secrets Manager may the value be seen. */
export const SECRET_VALUE = "canary-of-ecs-1f0c";

export interface WorldOptions {
  readonly config?: Readonly<Record<string, unknown>> | undefined;
  readonly rules?: Partial<EcsRules> | undefined;
  readonly ports?: Partial<CloudPorts> | undefined;
  /** Puts something between the adapter and the simulated account. */
  readonly between?: ((api: EcsApi) => EcsApi) | undefined;
}

/** A simulated account with one target's adapter over it, every call and answer held to AWS's contract. */
export function ecsWorld({
  config = CONFIG,
  rules = {},
  ports: over = {},
  between = (api) => api,
}: WorldOptions = {}) {
  const time = clock();
  const account = simulatedAccount({ ...USUAL_RULES, ...rules }, time.now);
  const ports = testCloudPorts({
    now: time.now,
    sleep: async (ms) => time.pass(ms),
    secrets: async (_tenant, reference) => `${SECRET_VALUE} of ${reference}`,
    ...over,
  });
  const calls: { readonly operation: string; readonly input: unknown }[] = [];
  const answer: Answer = async (request, signal) => {
    demandContract("request", request, request.input);
    calls.push({ operation: request.operation, input: request.input });
    const reply = await account.answer(request, signal);
    demandAnswer(request, reply);
    return reply;
  };
  const judged = simulatedEcsApi(answer);
  const target = makeTarget("ecs", config);
  const open = (given: Partial<CloudPorts> = {}) =>
    withDeadlines(withKinds(ecsAdapterOver(target, { ...ports, ...given }, between(judged))));
  const { region: given } = config;
  const place = { ...PLACE, region: typeof given === "string" ? given : PLACE.region };
  const region = () => account.state().regions[place.region];
  let made = 0;
  return {
    time,
    account,
    ports,
    target,
    calls,
    adapter: open(),
    /** Another adapter of the same target, as a broker that starts again has. */
    open,
    /** The same with something else between it and the account, or nothing. */
    openOver: (other: (api: EcsApi) => EcsApi) =>
      withDeadlines(withKinds(ecsAdapterOver(target, ports, other(judged)))),
    region,
    operations: () => calls.map(({ operation }) => operation),
    /** Another unit each time: a small web service that Fargate takes. */
    unit(changes: Partial<Unit> = {}): Unit {
      made += 1;
      return makeUnit(made, place, { template: ecsTemplate(), ...changes });
    },
    /** A try's task def family etc. are the adapter's business; a test only sees services that are not gone. */
    services: () =>
      (region()?.services ?? []).filter(
        ({ inactiveAt }) => inactiveAt === undefined || inactiveAt > time.now(),
      ),
  };
}
export type EcsWorld = ReturnType<typeof ecsWorld>;

/** The usual template, without the files that Fargate cannot be given. */
export function ecsTemplate(changes: Partial<Unit["template"]> = {}): Unit["template"] {
  return template({ files: [], ...changes });
}

/** A template of a job. */
export function jobTemplate(changes: Partial<Unit["template"]> = {}): Unit["template"] {
  return ecsTemplate({ name: "report", kind: "job", route: undefined, ports: [], volumes: [], ...changes });
}
