import { azureCloud } from "../../catalog/azure-clouds.ts";
import type { Adapter } from "../adapter.ts";
import { type Mark, readMark } from "../mark.ts";
import {
  CRASH_VARIABLE,
  SECONDS_VARIABLE,
  type SimulatedCloud,
  type SimulatedRules,
  type SimulatedTry,
  type SimulatedUnit,
} from "../simulated-cloud.ts";
import { tagsIn } from "./arm.ts";
import { aciAdapterOver } from "./index.ts";
import { RUN_TAG } from "./render/group.ts";
import { simulatedAciApi } from "./simulator/api.ts";
import { type AciSimRules, USUAL_RULES } from "./simulator/rules.ts";
import { simulateAci } from "./simulator/simulate.ts";
import { type AciSimState, EMPTY_SUBSCRIPTION, present, type SimGroup } from "./simulator/state.ts";
import { viewOf } from "./simulator/view.ts";
import { replicaState } from "./phase.ts";

/** Container Instances without a subscription: the real adapter over the simulator, one group a replica. */
export const simulatedAci: SimulatedCloud<AciSimState> = {
  empty: () => EMPTY_SUBSCRIPTION,
  open(target, rules, ports, session) {
    const behaviour = { ...rulesOf(rules), origin: azureCloud(rules.region).resourceManager };
    const { subscriptionId, resourceGroup } = behaviour;
    const account = { subscriptionId, resourceGroup, clientId: CLIENT };
    const api = simulatedAciApi(account, ports, (request) =>
      session.ask(request, (state, now) => simulateAci(state, request, now, behaviour)),
    );
    const config = { ...account, tenantId: TENANT, regions: [rules.region] };
    return looksUntilComplete(aciAdapterOver({ ...target, kind: "aci", config }, ports, api));
  },
  holdSame: (one, other) => one.groups === other.groups,
  tidied: (state) => state,
  units(state, rules, now) {
    const replicas = present(state, now).flatMap(([name, group]) => {
      const mark = readMark(tagsIn(group.document));
      return mark === undefined || isTry(group) ? [] : [{ name, group, mark }];
    });
    return [...Map.groupBy(replicas, ({ mark }) => mark.unit).values()].flatMap((members) => {
      const [first] = members;
      return first === undefined ? [] : [unitOf(first.mark, members, rulesOf(rules), now)];
    });
  },
  tries: (state, rules, now) =>
    present(state, now)
      .filter(([, group]) => isTry(group))
      .map(([name, group]): SimulatedTry => {
        const [main] = viewOf(name, group, now, rulesOf(rules)).properties.containers;
        const { image = "", instanceView } = main?.properties ?? {};
        const isOver = group.deletedAt !== undefined || instanceView?.currentState?.state === "Terminated";
        return { name, image, createdAt: group.createdAt, isOver };
      }),
};

/** A look reads a hundred groups (`reads.ts`), so these see ten thousand. */
const MOST_LOOKS = 100;

// An adapter is opened for each verb and remembers nothing of the one before, so its first look has to read everything; it may, for
// reads cost nothing here.
function looksUntilComplete(adapter: Adapter): Adapter {
  return {
    ...adapter,
    async observe(known, call) {
      let seen = await adapter.observe(known, call);
      for (let looks = 1; looks < MOST_LOOKS && !seen.complete; looks += 1)
        seen = await adapter.observe(known, call);
      return seen;
    },
  };
}

interface Member {
  readonly name: string;
  readonly group: SimGroup;
}

function unitOf(mark: Mark, members: readonly Member[], rules: AciSimRules, now: number): SimulatedUnit {
  const { unit: id, project, environment, workload } = mark;
  const staying = members.filter(({ group }) => group.deletedAt === undefined);
  const up = staying.filter(
    ({ name, group }) => replicaState(viewOf(name, group, now, rules)).phase === "ready",
  );
  return {
    id,
    // A group's name is the unit's, and the number of its replica.
    name: members[0]?.name.replace(/-\d+$/, "") ?? "",
    project,
    environment,
    workload,
    image: members[0]?.group.document.properties.containers[0]?.properties.image ?? "",
    isRouted: members.some(({ group }) => group.document.properties.ipAddress !== undefined),
    isDeleting: staying.length === 0,
    replicas: staying.length,
    up: up.length,
  };
}

const isTry = ({ document }: SimGroup): boolean => tagsIn(document)[RUN_TAG] !== undefined;

const TENANT = "00000000-0000-0000-0000-00000000000a";
const CLIENT = "00000000-0000-0000-0000-00000000000b";
/** More calls than anybody makes: between calls of one verb no time passes in which a limit would let more through. */
const NO_LIMIT = { burst: 1_000_000, seconds: 1 };
const UNLIMITED: AciSimRules["rates"] = {
  reads: NO_LIMIT,
  writes: NO_LIMIT,
  deletes: NO_LIMIT,
  createsInFive: NO_LIMIT,
  createsInHour: NO_LIMIT,
  deletesInFive: NO_LIMIT,
  deletesInHour: NO_LIMIT,
};

function rulesOf({ delaysMs, resources, rates }: SimulatedRules): AciSimRules {
  const { quotas } = USUAL_RULES;
  return {
    ...USUAL_RULES,
    delaysMs: { ...delaysMs, job: USUAL_RULES.delaysMs.job },
    images: [],
    crashVariable: CRASH_VARIABLE,
    secondsVariable: SECONDS_VARIABLE,
    // An account with room for more groups has the cores for them, too.
    quotas: {
      ContainerGroups: resources,
      StandardCores: Math.max(resources, quotas.StandardCores),
      StandardSpotCores: Math.max(resources, quotas.StandardSpotCores),
    },
    // Reads stay free: no time passes within a look, and one at a large account has many.
    rates: rates ? { ...USUAL_RULES.rates, reads: UNLIMITED.reads } : UNLIMITED,
  };
}
