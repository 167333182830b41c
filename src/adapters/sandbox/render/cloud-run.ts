import type { Unit } from "../../../domain/plan.ts";
import { type ContainerPart, containersOf, markOf, namedValues, secretReference } from "./container.ts";

/** The service, or for what has no port the worker pool, of a unit (Cloud Run Admin API v2). */
export function renderCloudRun(unit: Unit, region: string): object {
  const { template, name } = unit;
  const routed = template.route !== undefined;
  const volumes = template.volumes.map((volume) => ({
    name: volume.name,
    emptyDir: { medium: "MEMORY", sizeLimit: `${volume.sizeGiB}Gi` },
  }));
  const containers = containersOf(unit).map((container) => runContainer(unit, container));
  const inside = { containers, volumes: volumes.length === 0 ? undefined : volumes };
  const body = routed
    ? {
        serviceId: name,
        service: {
          labels: markOf(unit),
          ingress: "INGRESS_TRAFFIC_ALL",
          template: {
            ...inside,
            scaling: { minInstanceCount: unit.replicas.min, maxInstanceCount: unit.replicas.max },
          },
        },
      }
    : {
        workerPoolId: name,
        workerPool: {
          labels: markOf(unit),
          template: inside,
          scaling: { manualInstanceCount: unit.replicas.min },
        },
      };
  const extra = template["x-cloud-run"];
  return { location: region, ...body, ...(extra === undefined ? {} : { "x-cloud-run": extra }) };
}

function runContainer(unit: Unit, container: ContainerPart) {
  const { route, health, workingDir, volumes } = unit.template;
  // Cloud Run injects PORT by itself and refuses one in env.
  const { PORT: _injected, ...env } = container.env;
  const secrets = Object.entries(container.secrets).map(([name, secret]) => ({
    name,
    valueSource: { secretKeyRef: { secret: secretReference(secret) } },
  }));
  const limits = { cpu: `${container.milliCpu}m`, memory: `${container.memoryMiB}Mi` };
  const common = {
    name: container.name,
    image: container.image,
    command: container.entrypoint,
    args: container.args,
    env: [...namedValues(env), ...secrets],
    // Left out beside `limits`, it would turn the billing instance-based.
    resources: { limits, cpuIdle: unit.billing === "request" },
  };
  if (!container.main) return common;
  return {
    ...common,
    workingDir,
    ports:
      route === undefined
        ? undefined
        : [{ name: route.protocol === "http1" ? "http1" : "h2c", containerPort: route.port }],
    startupProbe:
      route !== undefined && health.path !== undefined
        ? { httpGet: { path: health.path, port: route.port } }
        : undefined,
    volumeMounts:
      volumes.length === 0
        ? undefined
        : volumes.map((volume) => ({ name: volume.name, mountPath: volume.path })),
  };
}
