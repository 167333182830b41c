import { azureCloud } from "../../../catalog/azure-clouds.ts";
import { sha256Hex } from "../../../domain/canonical-json.ts";
import type { ArmContainer, ArmGroup } from "../arm.ts";
import { imageRule, jobMsOf } from "./image-rule.ts";
import type { AciSimRules } from "./rules.ts";
import type { SimGroup } from "./state.ts";

type View = NonNullable<ArmContainer["properties"]["instanceView"]>;

/** How a group looks at `now`, to a read by its name. Everything follows from its moments and the rules. */
export function viewOf(name: string, group: SimGroup, now: number, rules: AciSimRules): ArmGroup {
  const { document, startedAt } = group;
  const { properties } = document;
  const views = properties.containers.map((container) => containerView(container, group, now, rules));
  const { provisioningState, state } = statesOf(group, views, now, rules);
  const failed = provisioningState === "Failed";
  const message = "Failed to start container group: the simulated image fails";
  const events = failed ? [event("Failed", message, startedAt)] : [];
  return {
    ...document,
    id: `/subscriptions/${rules.subscriptionId}/resourceGroups/${rules.resourceGroup}/providers/Microsoft.ContainerInstance/containerGroups/${name}`,
    name,
    type: "Microsoft.ContainerInstance/containerGroups",
    properties: {
      ...properties,
      provisioningState,
      instanceView: { state, events },
      containers: properties.containers.map((container, index) => ({
        ...container,
        properties: { ...container.properties, instanceView: views[index] },
      })),
      ipAddress: addressOf(name, document),
    },
  };
}

/** The same as a list has it: without any state but the provisioning's (azure-rest-api-specs#21280). */
export function listedView(view: ArmGroup): ArmGroup {
  const { instanceView: _own, ...properties } = view.properties;
  return {
    ...view,
    properties: {
      ...properties,
      containers: properties.containers.map((container) => {
        const { instanceView: _state, ...rest } = container.properties;
        return { ...container, properties: rest };
      }),
    },
  };
}

/** Whether a group has ended for good, after which Azure takes no update of it. */
export function hasEnded(view: ArmGroup): boolean {
  const { provisioningState, instanceView } = view.properties;
  return provisioningState === "Failed" || ["Succeeded", "Failed"].includes(instanceView?.state ?? "");
}

/** A container ends so soon after its start where a rule does not say, and starts again so often, ms. */
const RESTART_EVERY_MS = 1_000;
const MOST_RESTARTS = 1_000;

function containerView(container: ArmContainer, group: SimGroup, now: number, rules: AciSimRules): View {
  const { create, ready } = rules.delaysMs;
  const startsAt = group.startedAt + create + ready;
  const pulled = event(
    "Pulled",
    `Successfully pulled image "${container.properties.image}"`,
    group.startedAt + create,
  );
  const base = { restartCount: group.updates, events: now >= group.startedAt + create ? [pulled] : [] };
  if (now < startsAt) return { ...base, currentState: { state: "Waiting", detailStatus: "" } };
  const rule = imageRule(container, rules);
  const once = group.document.properties.restartPolicy === "Never";
  const ran = (startedAt: number, endedAt: number) => {
    const exitCode = rule?.exitCode ?? 0;
    return {
      state: "Terminated",
      startTime: iso(startedAt),
      exitCode,
      finishTime: iso(endedAt),
      detailStatus: exitCode === 0 ? "Completed" : "Error",
    };
  };
  const running = (since: number) => ({ state: "Running", startTime: iso(since), detailStatus: "" });
  const lastsMs = rule?.afterMs ?? (once ? jobMsOf(container, rules) : 0);
  if (!once && rule?.does !== "ends") return { ...base, currentState: running(startsAt) };
  const endsAt = startsAt + lastsMs;
  if (now < endsAt) return { ...base, currentState: running(startsAt) };
  const stays = once && !(rule?.again === true && rule.exitCode !== 0);
  if (stays) return { ...base, currentState: ran(startsAt, endsAt) };
  // It runs, ends and waits for its next start, again and again; the count goes on for the group's whole life.
  const roundMs = lastsMs + RESTART_EVERY_MS;
  const round = Math.min(MOST_RESTARTS, Math.floor((now - startsAt) / roundMs));
  const began = startsAt + round * roundMs;
  if (now < began + lastsMs) {
    const previousState = ran(began - roundMs, began - RESTART_EVERY_MS);
    return { ...base, restartCount: group.updates + round, currentState: running(began), previousState };
  }
  const waiting = { state: "Waiting", detailStatus: "CrashLoopBackOff: Back-off restarting failed" };
  const restartCount = group.updates + Math.min(MOST_RESTARTS, round + 1);
  return { ...base, restartCount, currentState: waiting, previousState: ran(began, began + lastsMs) };
}

function statesOf(group: SimGroup, views: readonly View[], now: number, rules: AciSimRules) {
  const { create, ready } = rules.delaysMs;
  const started = now >= group.startedAt + create;
  const states = views.map(({ currentState }) => currentState?.state);
  const bad = views.some(({ currentState }) => (currentState?.exitCode ?? 0) !== 0);
  const over = states.every((state) => state === "Terminated");
  const state = over
    ? bad
      ? "Failed"
      : "Succeeded"
    : now >= group.startedAt + create + ready
      ? "Running"
      : "Pending";
  if (group.deletedAt !== undefined) return { provisioningState: "Deleting", state };
  const fails = group.document.properties.containers.some(
    (container) => imageRule(container, rules)?.does === "fails",
  );
  if (started && fails) return { provisioningState: "Failed", state: "Pending" };
  const provisioningState = state !== "Pending" ? "Succeeded" : started ? "Creating" : "Pending";
  return { provisioningState, state };
}

// With a reuse scope Azure puts a hash of its own between label and region.
function addressOf(
  name: string,
  { location = "", properties }: ArmGroup,
): ArmGroup["properties"]["ipAddress"] {
  const { ipAddress } = properties;
  if (ipAddress === undefined) return undefined;
  const hash = sha256Hex(`${location}/${name}`);
  const parts = [0, 2, 4].map((at) => Number.parseInt(hash.slice(at, at + 2), 16));
  const { dnsNameLabel, autoGeneratedDomainNameLabelScope: scope = "Unsecure" } = ipAddress;
  const middle = scope === "Unsecure" ? "" : `.${hash.slice(0, 16)}`;
  const { containerSuffix } = azureCloud(location);
  const fqdn =
    dnsNameLabel === undefined ? {} : { fqdn: `${dnsNameLabel}${middle}.${location}.${containerSuffix}` };
  return { ...ipAddress, ip: `20.${parts.join(".")}`, ...fqdn };
}

function event(name: string, message: string, at: number) {
  return {
    count: 1,
    name,
    message,
    type: name === "Failed" ? "Warning" : "Normal",
    firstTimestamp: iso(at),
    lastTimestamp: iso(at),
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();
