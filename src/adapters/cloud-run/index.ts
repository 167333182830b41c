import { featuresOf } from "../../catalog/features/capability.ts";
import { CLOUD_RUN_CAPABILITIES } from "../../catalog/features/cloud-run.ts";
import { AdapterError } from "../../domain/fault.ts";
import type { Unit } from "../../domain/plan.ts";
import type { Target } from "../../store/instance.ts";
import type { Adapter, Call, UnitRef } from "../adapter.ts";
import type { CloudPorts } from "../cloud-ports.ts";
import type { CloudRunApi, Resource, RunApi } from "./api.ts";
import { type Bench, rememberCreations } from "./bench.ts";
import { checkTarget } from "./check.ts";
import { type CloudRunConfig, parseCloudRunConfig, refuseEndpoints } from "./config.ts";
import { audienceOf, googleToken } from "./credentials.ts";
import { requireOwn } from "./labels.ts";
import { logStream } from "./logs.ts";
import { findUnit, observeTarget } from "./observe.ts";
import { cloudRunOffers } from "./offers.ts";
import { trustDocuments } from "./permissions.ts";
import { planned } from "./planned.ts";
import { resourceNameOf, scaleChange } from "./render/documents.ts";
import { restOver } from "./rest.ts";
import { cloudRunRuns } from "./runs.ts";
import { makeSecrets, removeSecrets } from "./secrets.ts";
import { observationOf } from "./view.ts";

/** A Google Cloud project that Cloud Run runs things in. Throws `Fault` when its config does not parse or names endpoints it may not. */
export function cloudRunAdapter(target: Target, ports: CloudPorts): Adapter {
  const config = parseCloudRunConfig(target.config);
  refuseEndpoints(config, ports.allowCustomEndpoints);
  const token = googleToken(target, config, ports);
  return cloudRunAdapterOver(target, ports, {
    run: onFirstUse(async () => (await import("./sdk.ts")).runApiOverSdk(config, ports, token)),
    rest: restOver(config, ports, token),
  });
}

/** The same over any Google: the official client, or a simulated one. */
export function cloudRunAdapterOver(target: Target, ports: CloudPorts, api: CloudRunApi): Adapter {
  const config = parseCloudRunConfig(target.config);
  const bench = benchOf(config, ports, api);
  return {
    contract: "adapter/v1",
    provider: "cloud-run",
    features: featuresOf(CLOUD_RUN_CAPABILITIES),
    offers: async (needs) => cloudRunOffers(target.name, config, needs, ports.book()),
    render: (unit) => {
      const { document, secrets } = planned(unit, config, MARK_OF_RENDER);
      const { collection, region, id } = resourceNameOf(unit);
      return { [collection]: { region, id, document }, secretManager: secrets.secrets };
    },
    apply: (unit, call) => applyUnit(bench, unit, call),
    observe: (known, call) => observeTarget(bench, known, call),
    destroy: (ref, call) => destroyUnit(bench, ref, call),
    logs: (ref, query, call) => logStream(bench, { id: ref.name, container: ref.workload }, query, call),
    runs: cloudRunRuns(bench),
    check: (call) => checkTarget(target, config, ports, api, call),
    trust: (subject) => trustDocuments(config, subject),
    audience: audienceOf(config),
  };
}

// Rendering is pure and does not know the installation; what is sent carries its id and epoch in these two places.
const MARK_OF_RENDER = { id: "installation", epoch: 0 };

function benchOf(config: CloudRunConfig, ports: CloudPorts, api: CloudRunApi): Bench {
  const owner = () => ports.installation();
  return {
    config,
    api,
    now: ports.now,
    sleep: ports.sleep,
    owner,
    secrets: async () => ({ rest: api.rest, config, read: ports.secrets, owner: await owner() }),
    creations: rememberCreations(api),
  };
}

async function applyUnit(bench: Bench, unit: Unit, call: Call) {
  const name = resourceNameOf(unit);
  if (name.collection === "jobs")
    throw new AdapterError("bug", `${unit.name} is a job's: its tries are started, and it is not applied.`);
  const there = await bench.api.run.get(name, call);
  if (there === undefined) await createUnit(bench, unit, call);
  else await rescale(bench, unit, there, call);
  const made = await bench.api.run.get(name, call);
  if (made === undefined) {
    const error = await bench.creations.errorOf(unit.name, call);
    throw new AdapterError(
      "unavailable",
      error === undefined
        ? `Google has accepted ${unit.name} and does not show it yet.`
        : `Google could not create ${unit.name}: ${error.message}`,
    );
  }
  requireOwn(unit.name, made.labels, unit.id, await bench.owner());
  return observationOf(unit.id, made, bench.now());
}

async function createUnit(bench: Bench, unit: Unit, call: Call): Promise<void> {
  const { document, secrets } = planned(unit, bench.config, await bench.owner());
  await makeSecrets(await bench.secrets(), unit, unit.name, secrets.secrets, call);
  try {
    const operation = await bench.api.run.create(resourceNameOf(unit), document, call);
    bench.creations.begin(unit.name, unit.place.region, operation);
  } catch (error) {
    // The name is taken: by an earlier call of ours whose answer was lost, or by somebody else. The look that follows tells.
    if (!(error instanceof AdapterError) || error.kind !== "conflict") throw error;
  }
}

async function rescale(bench: Bench, unit: Unit, there: Resource, call: Call): Promise<void> {
  requireOwn(unit.name, there.labels, unit.id, await bench.owner());
  if (there.deleting) throw new AdapterError("conflict", `${unit.name} is being deleted.`);
  const change = scaleChange(unit, there);
  if (change !== undefined) await bench.api.run.update(there, change, call);
}

async function destroyUnit(bench: Bench, ref: UnitRef, call: Call): Promise<"gone" | "going"> {
  const { id, name, region } = ref;
  // A try that nobody knows any more is a job; whoever removes it names it as it was reported.
  const there = await findUnit(bench, id, name, region, call, ["services", "workerPools", "jobs"]);
  if (there === undefined)
    return (await removeSecrets(await bench.secrets(), name, id, call)) ? "gone" : "going";
  requireOwn(name, there.labels, id, await bench.owner());
  if (!there.deleting) await removeOnce(bench, there, call);
  return "going";
}

// While Google still makes a thing it may refuse to delete it; whoever asked is asked to come again.
async function removeOnce(bench: Bench, there: Resource, call: Call): Promise<void> {
  try {
    await bench.api.run.remove(there, there.etag, call);
  } catch (error) {
    if (!(error instanceof AdapterError) || error.kind !== "conflict") throw error;
  }
}

/** The official client is large: it is loaded when it is first needed, and the control Worker loads it as it starts. */
function onFirstUse(load: () => Promise<RunApi>): RunApi {
  let loaded: Promise<RunApi> | undefined;
  const api = () => (loaded ??= load());
  return {
    list: async (...given) => await (await api()).list(...given),
    get: async (...given) => await (await api()).get(...given),
    create: async (...given) => await (await api()).create(...given),
    update: async (...given) => await (await api()).update(...given),
    remove: async (...given) => await (await api()).remove(...given),
    operation: async (...given) => await (await api()).operation(...given),
    execution: async (...given) => await (await api()).execution(...given),
    tasks: async (...given) => await (await api()).tasks(...given),
    cancel: async (...given) => await (await api()).cancel(...given),
  };
}
