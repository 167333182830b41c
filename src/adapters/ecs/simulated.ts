import { awsPartition } from "../../catalog/aws-partitions.ts";
import { readMark } from "../mark.ts";
import type { SimulatedCloud, SimulatedRules, SimulatedTry, SimulatedUnit } from "../simulated-cloud.ts";
import { ecsAdapterOver } from "./index.ts";
import { portIn } from "./render/tags.ts";
import { simulatedEcsApi } from "./simulator/api.ts";
import { findDefinition } from "./simulator/definitions.ts";
import { advance, isWanted, serviceStatus, statusOf, tasksOf } from "./simulator/progress.ts";
import { type EcsRules, USUAL_RULES } from "./simulator/rules.ts";
import { simulate } from "./simulator/simulate.ts";
import {
  EMPTY_STATE,
  type EcsState,
  type RegionState,
  type SimService,
  type SimTag,
} from "./simulator/state.ts";
import { World } from "./simulator/world.ts";

/** ECS on Fargate without an account: the real adapter over the simulator, every service at its tasks' own addresses. */
export const simulatedEcs: SimulatedCloud<EcsState> = {
  empty: () => EMPTY_STATE,
  open(target, rules, ports, session) {
    const behaviour = rulesOf(rules);
    const api = simulatedEcsApi((request) =>
      session.ask(request, (state, now) => simulate(state, request, now, behaviour)),
    );
    return ecsAdapterOver({ ...target, kind: "ecs", config: configOf(rules) }, ports, api);
  },
  holdSame: (one, other) => one.regions === other.regions && one.serial === other.serial,
  tidied: (state) => ({
    ...state,
    regions: Object.fromEntries(
      Object.entries(state.regions).map(([region, held]) => [region, withoutOldDefinitions(held)]),
    ),
  }),
  units: (state, rules, now) =>
    Object.keys(state.regions).flatMap((region) => {
      const world = new World(state, region, now, rulesOf(rules));
      advance(world);
      return world.here.services.flatMap((service) => unitOf(world, service));
    }),
  tries: (state, rules, now) =>
    Object.keys(state.regions).flatMap((region) => {
      const world = new World(state, region, now, rulesOf(rules));
      const alone = world.here.tasks.filter(({ group }) => !group.startsWith("service:"));
      return alone.map((task): SimulatedTry => {
        const { startedBy: name, createdAt } = task;
        return { name, image: imageOf(world, task), createdAt, isOver: !isWanted(world, task) };
      });
    }),
};

// ECS keeps a deregistered task definition for good.
function withoutOldDefinitions(held: RegionState): RegionState {
  const used = new Set([...held.services, ...held.tasks].map(({ definition }) => definition));
  const definitions = held.definitions.filter(({ arn, status }) => status === "ACTIVE" || used.has(arn));
  return definitions.length === held.definitions.length ? held : { ...held, definitions };
}

function unitOf(world: World, service: SimService): readonly SimulatedUnit[] {
  const { name, tags, desired } = service;
  const status = serviceStatus(world, service);
  const mark = status === "INACTIVE" ? undefined : readMark(pairsOf(tags));
  if (mark === undefined) return [];
  const { unit: id, project, environment, workload } = mark;
  const isDeleting = status === "DRAINING";
  const up = tasksOf(world, service).filter(
    (task) => isWanted(world, task) && statusOf(world, task) === "RUNNING",
  );
  const isRouted = portIn(tags) !== undefined;
  const made = { id, name, project, environment, workload, image: imageOf(world, service) };
  return [{ ...made, isRouted, isDeleting, replicas: desired, up: up.length }];
}

function imageOf(world: World, { definition }: { readonly definition: string }): string {
  return findDefinition(world, definition)?.input.containerDefinitions?.[0]?.image ?? "";
}

const pairsOf = (tags: readonly SimTag[]) =>
  Object.fromEntries(tags.map(({ key = "", value = "" }) => [key, value]));

const CLUSTER = "berth";

function rulesOf({ delaysMs, resources, rates }: SimulatedRules): EcsRules {
  return {
    ...USUAL_RULES,
    clusters: [CLUSTER],
    delaysMs: { ...delaysMs, express: 0 },
    crashes: [],
    obeysVariables: true,
    quota: { ...USUAL_RULES.quota, services: resources },
    // Between the calls of one verb no time passes in which a limit would let more through, and a look at a large account has many.
    throttles: rates ? "writes" : false,
  };
}

// What the simulated account has. Without the role of Express Mode, so that no unit waits for a balancer that nobody would reach.
function configOf({ region }: SimulatedRules) {
  const { accountId, subnets, securityGroups } = USUAL_RULES;
  const role = (name: string) => `arn:${awsPartition(region).id}:iam::${accountId}:role/${name}`;
  const roles = { berth: role("berth"), execution: role("berth-execution") };
  return { accountId, region, cluster: CLUSTER, subnets, securityGroups, roles };
}
