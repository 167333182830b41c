import type { Unit } from "../../../domain/plan.ts";
import { type ContainerPart, containersOf, markOf, namedValues, secretReference } from "./container.ts";

/** The container group of one replica (Azure Container Instances, api-version 2023-05-01), and how many such groups there are. */
export function renderAci(unit: Unit, region: string): object {
  const { template, replicas } = unit;
  const volumes = [
    ...template.volumes.map((volume) => ({ name: volume.name, emptyDir: {} })),
    ...template.files.map((file, index) => ({
      name: `file-${index}`,
      secret: {
        [fileName(file.path)]:
          file.secret === undefined ? (file.content ?? "") : secretReference(file.secret),
      },
    })),
  ];
  return {
    groups: replicas.min,
    containerGroup: {
      location: region,
      tags: markOf(unit),
      properties: {
        osType: "Linux",
        sku: "Standard",
        priority: unit.billing === "spot" ? "Spot" : "Regular",
        restartPolicy: "Always",
        containers: containersOf(unit).map((container) => groupContainer(unit, container)),
        ipAddress: template.route === undefined ? undefined : publicAddress(unit.name, template.route.port),
        volumes: volumes.length === 0 ? undefined : volumes,
      },
    },
    ...(template["x-aci"] === undefined ? {} : { "x-aci": template["x-aci"] }),
  };
}

function groupContainer(unit: Unit, container: ContainerPart) {
  const { route, health, volumes, files } = unit.template;
  const secure = Object.entries(container.secrets).map(([name, secret]) => ({
    name,
    secureValue: secretReference(secret),
  }));
  const started = [...(container.entrypoint ?? []), ...(container.args ?? [])];
  const main = container.main;
  return {
    name: container.name,
    properties: {
      image: container.image,
      command: started.length === 0 ? undefined : started,
      environmentVariables: [...namedValues(container.env), ...secure],
      resources: {
        requests: { cpu: container.milliCpu / 1_000, memoryInGB: container.memoryMiB / MIB_PER_GIB },
      },
      ports: main && route !== undefined ? [{ port: route.port, protocol: "TCP" }] : undefined,
      livenessProbe:
        main && route !== undefined && health.path !== undefined
          ? {
              httpGet: { path: health.path, port: route.port, scheme: "http" },
              periodSeconds: health.intervalSeconds,
            }
          : undefined,
      volumeMounts: main
        ? [
            ...volumes.map((volume) => ({ name: volume.name, mountPath: volume.path })),
            ...files.map((file, index) => ({
              name: `file-${index}`,
              mountPath: folder(file.path),
              readOnly: true,
            })),
          ]
        : undefined,
    },
  };
}

// A name used in several regions at once can trip Azure's fraud detection, so the label is the unit's own.
const publicAddress = (name: string, port: number) => ({
  type: "Public",
  dnsNameLabel: name,
  ports: [{ port, protocol: "TCP" }],
});
const fileName = (path: string) => path.slice(path.lastIndexOf("/") + 1);
const folder = (path: string) => path.slice(0, Math.max(1, path.lastIndexOf("/")));
const MIB_PER_GIB = 1_024;
