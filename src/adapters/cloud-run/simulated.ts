import type { Unit } from "../../domain/plan.ts";
import type { Adapter } from "../adapter.ts";
import { readMark } from "../mark.ts";
import type { SimulatedCloud, SimulatedRules, SimulatedTry, SimulatedUnit } from "../simulated-cloud.ts";
import { pullableImage } from "./images.ts";
import { cloudRunAdapterOver } from "./index.ts";
import { member, members, textIn, texts } from "./members.ts";
import { simulatedCloudRunApi } from "./simulator/api.ts";
import { endOf } from "./simulator/state.ts";
import { hasServed, isThere } from "./simulator/life.ts";
import { simulate } from "./simulator/simulate.ts";
import {
  emptyProject,
  type ProjectRules,
  type ProjectState,
  type StoredResource,
  USUAL_RULES,
} from "./simulator/state.ts";

/**
 * Cloud Run without a project: the real adapter over the simulator. Every image can be pulled, as if the project had a remote
 * repository for each registry.
 */
export const simulatedCloudRun: SimulatedCloud<ProjectState> = {
  empty: emptyProject,
  open(target, rules, ports, session) {
    const behaviour = rulesOf(rules);
    const api = simulatedCloudRunApi(PROJECT, ports, (request) =>
      session.ask(request, (state, now) => simulate(state, request, now, behaviour)),
    );
    const row = { ...target, kind: "cloud-run" as const, config: configOf(rules) };
    return pullsEverything(cloudRunAdapterOver(row, ports, api));
  },
  holdSame: (one, other) => one === other,
  tidied: (state) => state,
  units: ({ resources }, _rules, now) =>
    Object.values(resources).flatMap((resource) => unitOf(resource, now)),
  tries: ({ resources }, _rules, now) =>
    Object.values(resources)
      .filter((resource) => resource.collection === "jobs" && isThere(resource, now))
      .map(({ name, createdAt, document, execution }): SimulatedTry => {
        const [main] = members(member(member(document, "template"), "template"), "containers");
        const isOver = execution !== undefined && endOf(execution) <= now;
        return { name: idOf(name), image: nameAsWritten(textIn(main, "image")), createdAt, isOver };
      }),
};

function unitOf(resource: StoredResource, now: number): readonly SimulatedUnit[] {
  const { collection, document, goneAt } = resource;
  const mark = readMark(texts(document, "labels"));
  if (mark === undefined || collection === "jobs" || !isThere(resource, now)) return [];
  const { unit: id, project, environment, workload } = mark;
  const isDeleting = goneAt !== undefined;
  const scaling = member(document, "scaling");
  const least = Number(member(scaling, "minInstanceCount") ?? 0);
  const replicas = Number(
    member(scaling, "manualInstanceCount") ?? (collection === "services" ? Math.max(1, least) : least),
  );
  const up = isDeleting || !hasServed(resource, now) ? 0 : replicas;
  const isRouted = collection === "services";
  const [main] = members(member(document, "template"), "containers");
  const image = nameAsWritten(textIn(main, "image"));
  const made = { id, name: idOf(resource.name), project, environment, workload, image };
  return [{ ...made, isRouted, isDeleting, replicas, up }];
}

// The names Cloud Run takes are those of few registries; any other is told as a repository of Docker Hub, and shown as it was.
function pullsEverything(adapter: Adapter): Adapter {
  const { runs } = adapter;
  return {
    ...adapter,
    offers: (needs, call) => adapter.offers({ ...needs, registries: [] }, call),
    render: (unit) => asWritten(adapter.render(pullable(unit))),
    apply: (unit, call) => adapter.apply(pullable(unit), call),
    ...(runs === undefined
      ? {}
      : { runs: { ...runs, start: (unit, run, call) => runs.start(pullable(unit), run, call) } }),
  };
}

function pullable(unit: Unit): Unit {
  const { template } = unit;
  const sidecars = template.sidecars.map((one) => ({ ...one, image: pullableName(one.image) }));
  return { ...unit, template: { ...template, image: pullableName(template.image), sidecars } };
}

function pullableName(image: string): string {
  if (!("because" in pullableImage(image, {}))) return image;
  const slash = image.indexOf("/");
  // A port's colon has no place in a repository's name; two underscores have none in a host's.
  return `docker.io/${image.slice(0, slash).replace(":", "__").toLowerCase()}${image.slice(slash)}`;
}

/** A name as `pullableName` makes it: a repository on Docker Hub whose first part is a host, which no account there is called. */
const RENAMED = /^docker\.io\/([^/]*(?:\.|__)[^/]*|localhost)(\/.*)$/;

function asWritten(document: unknown): unknown {
  return JSON.parse(
    JSON.stringify(document, (key: string, value: unknown) =>
      key === "image" && typeof value === "string" ? nameAsWritten(value) : value,
    ),
  );
}

function nameAsWritten(image: string): string {
  const [, host, rest] = RENAMED.exec(image) ?? [];
  return host === undefined ? image : `${host.replace("__", ":")}${rest}`;
}

const idOf = (name: string): string => name.slice(name.lastIndexOf("/") + 1);

const PROJECT = "berth-sandbox";

function rulesOf({ delaysMs, resources, rates }: SimulatedRules): ProjectRules {
  return {
    ...USUAL_RULES,
    project: PROJECT,
    delaysMs: { ...delaysMs, task: USUAL_RULES.delaysMs.task },
    obeysVariables: true,
    // Between calls of one verb no time passes in which a limit would let more through.
    quota: { resources, writesPerMinute: rates ? USUAL_RULES.quota.writesPerMinute : Infinity },
  };
}

function configOf({ region }: SimulatedRules) {
  const account = (name: string) => `${name}@${PROJECT}.iam.gserviceaccount.com`;
  return {
    projectId: PROJECT,
    region,
    runtimeServiceAccount: account("run"),
    serviceAccount: account("berth"),
    workloadIdentityProvider: "projects/417/locations/global/workloadIdentityPools/berth/providers/berth",
  };
}
