import type { ArmContainer, ArmGroup } from "../arm.ts";
import { reservedPort } from "../../../catalog/features/aci-reserved-port.ts";
import { type AciReply, refusal } from "./refusal.ts";

/** What Azure refuses in a group's document, by the rules it has published; undefined when it takes it. */
export function bodyRefusal(name: string, group: ArmGroup): AciReply | undefined {
  const problem =
    nameProblem(name, "container group") ??
    sizeProblem(group) ??
    containersProblem(group) ??
    addressProblem(group) ??
    userProblem(group) ??
    volumeProblem(group);
  return problem === undefined ? spotRefusal(group) : refusal(400, problem.code, problem.message);
}

/** What a PUT may not change of a group that is there, or undefined. */
export function changedForGood(before: ArmGroup, after: ArmGroup): AciReply | undefined {
  const changed = IMMUTABLE.filter(
    ([, read]) => JSON.stringify(read(before)) !== JSON.stringify(read(after)),
  );
  if (before.location !== after.location)
    return refusal(
      409,
      "InvalidResourceLocation",
      `The group exists in ${before.location ?? ""}; a resource does not move.`,
    );
  return changed.length === 0
    ? undefined
    : refusal(
        400,
        "InvalidContainerGroupUpdate",
        `An update cannot change ${changed.map(([field]) => field).join(", ")}.`,
      );
}

/** CPU of a group as Azure counts it for quotas: the sum of what its containers request. */
export const coresOf = ({ properties }: ArmGroup): number => sumOf(properties.containers, ({ cpu }) => cpu);

interface ProblemOf {
  readonly code: string;
  readonly message: string;
}

/** container-instances-update.md, properties that need delete and create. */
const IMMUTABLE: readonly (readonly [string, (group: ArmGroup) => unknown])[] = [
  ["osType", ({ properties }) => properties.osType],
  ["restartPolicy", ({ properties }) => properties.restartPolicy],
  ["cpu and memory", ({ properties }) => properties.containers.map((one) => one.properties.resources)],
  ["ports", ({ properties }) => properties.ipAddress?.ports],
];
/** Resource availability and quota limits, 2025-11-17. */
const MOST = { cpu: 31, memoryGb: 240, spotCpu: 4, spotMemoryGb: 16, containers: 60, volumes: 20, ports: 5 };
const SPOT_REGIONS: ReadonlySet<string> = new Set(["eastus2", "westeurope", "westus"]);
const NAME = /^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$/;
/** container-instances-troubleshooting.md, naming conventions, 2026-07-25; the letters as Azure's own refusal has them (azure-cli#21047). */
const VOLUME = /^(?!.*--)[a-z0-9][-a-z0-9]{3,61}[a-z0-9]$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,62}$/;

const problem = (code: string, message: string): ProblemOf => ({ code, message });

function nameProblem(name: string, of: string): ProblemOf | undefined {
  return NAME.test(name)
    ? undefined
    : problem("InvalidName", `The ${of} name ${name} is not 1 to 63 of a-z, 0-9 and -.`);
}

function sizeProblem({ properties }: ArmGroup): ProblemOf | undefined {
  const cpu = sumOf(properties.containers, (requests) => requests.cpu);
  const memory = sumOf(properties.containers, (requests) => requests.memoryInGB);
  const spot = properties.priority === "Spot";
  const [mostCpu, mostMemory] = spot ? [MOST.spotCpu, MOST.spotMemoryGb] : [MOST.cpu, MOST.memoryGb];
  if (cpu > mostCpu || memory > mostMemory)
    return problem(
      "ResourceRequestsTooLarge",
      `The group asks ${cpu} CPU and ${memory} GB; ${mostCpu} and ${mostMemory} are the most.`,
    );
  if (cpu < 1 || memory < 1)
    return problem("ResourceRequestsTooSmall", "A group has at least 1 CPU and 1 GB.");
  const over = properties.containers.find(({ properties: own }) => {
    const { requests, limits } = own.resources;
    if (limits === undefined) return false;
    const { cpu: cpuLimit = requests.cpu, memoryInGB: memoryLimit = requests.memoryInGB } = limits;
    return (
      cpuLimit < requests.cpu || memoryLimit < requests.memoryInGB || cpuLimit > cpu || memoryLimit > memory
    );
  });
  return over === undefined
    ? undefined
    : problem(
        "InvalidResourceLimits",
        `The limits of ${over.name} are not between its requests and the group's total.`,
      );
}

function containersProblem({ properties }: ArmGroup): ProblemOf | undefined {
  const { containers } = properties;
  if (containers.length === 0 || containers.length > MOST.containers)
    return problem("InvalidContainerCount", `A group has 1 to ${MOST.containers} containers.`);
  if (new Set(containers.map(({ name }) => name)).size < containers.length)
    return problem("DuplicateContainerName", "Two containers have one name.");
  for (const { name, properties: own } of containers) {
    const bad = nameProblem(name, "container") ?? variablesProblem(own.environmentVariables ?? []);
    if (bad !== undefined) return bad;
    if (own.image.trim() === "") return problem("InvalidImageName", `The container ${name} has no image.`);
  }
  return undefined;
}

function variablesProblem(
  variables: NonNullable<ArmContainer["properties"]["environmentVariables"]>,
): ProblemOf | undefined {
  const odd = variables.find(
    ({ name, value, secureValue }) =>
      !VARIABLE.test(name) || (value === undefined) === (secureValue === undefined),
  );
  if (odd !== undefined)
    return problem(
      "InvalidEnvironmentVariable",
      `The variable ${odd.name} has a bad name, or not one value.`,
    );
  const names = new Set(variables.map(({ name }) => name));
  return names.size < variables.length
    ? problem("DuplicateEnvironmentVariable", "Two variables have one name.")
    : undefined;
}

function addressProblem({ properties }: ArmGroup): ProblemOf | undefined {
  const inside = properties.containers.flatMap((one) => one.properties.ports ?? []);
  if (new Set(inside.map(({ port }) => port)).size < inside.length)
    return problem("DuplicatePorts", "Two containers of a group cannot have one port.");
  const outside = properties.ipAddress?.ports ?? [];
  if (properties.ipAddress === undefined) return undefined;
  if (outside.length === 0 || outside.length > MOST.ports)
    return problem("InvalidIpAddressPorts", `An address has 1 to ${MOST.ports} ports.`);
  for (const { port } of outside) {
    if (reservedPort(port) !== undefined) return problem("ReservedPort", `Port ${port} is reserved.`);
    if (!inside.some((one) => one.port === port))
      return problem("PortNotExposed", `No container has port ${port}.`);
  }
  const { dnsNameLabel, type } = properties.ipAddress;
  if (type !== "Public" && dnsNameLabel !== undefined)
    return problem("DnsNameLabelNotSupported", "Only a public address has a label.");
  return dnsNameLabel !== undefined && !/^[a-z0-9][-a-z0-9]{3,61}[a-z0-9]$/.test(dnsNameLabel)
    ? problem("InvalidDnsNameLabel", `The label ${dnsNameLabel} is not 5 to 63 of a-z, 0-9 and -.`)
    : undefined;
}

// azure-cli#26273 and terraform-provider-azurerm#23034: but for `privileged`, a security context is for Confidential groups.
function userProblem({ properties }: ArmGroup): ProblemOf | undefined {
  if (properties.sku === "Confidential") return undefined;
  const odd = properties.containers.find(({ properties: own }) =>
    Object.entries(own.securityContext ?? {}).some(
      ([field, value]) => field !== "privileged" && value !== undefined,
    ),
  );
  return odd === undefined
    ? undefined
    : problem("InvalidSecurityContext", `The security context of ${odd.name} needs the SKU Confidential.`);
}

function volumeProblem({ properties }: ArmGroup): ProblemOf | undefined {
  const volumes = properties.volumes ?? [];
  if (volumes.length > MOST.volumes)
    return problem("TooManyVolumes", `A group has at most ${MOST.volumes} volumes.`);
  const names = volumes.map(({ name }) => name);
  if (new Set(names).size < names.length) return problem("DuplicateVolumeName", "Two volumes have one name.");
  for (const volume of volumes) {
    if (!VOLUME.test(volume.name))
      return problem(
        "InvalidName",
        `The volume name ${volume.name} is not 5 to 63 of a-z, 0-9 and single -.`,
      );
    const bad = secretProblem(volume.secret ?? {});
    if (bad !== undefined) return bad;
  }
  for (const { properties: own } of properties.containers) {
    const mounts = own.volumeMounts ?? [];
    const lost = mounts.find(({ name }) => !names.includes(name));
    if (lost !== undefined) return problem("VolumeNotFound", `There is no volume ${lost.name}.`);
    const paths = mounts.map(({ mountPath }) => mountPath);
    if (
      paths.some((path) => path === "/" || path.includes(":") || !path.startsWith("/")) ||
      new Set(paths).size < paths.length
    )
      return problem("InvalidMountPath", "Mount paths are absolute, without a colon, not / and each once.");
  }
  return undefined;
}

function secretProblem(files: Readonly<Record<string, string>>): ProblemOf | undefined {
  const odd = Object.entries(files).find(
    ([name, text]) => !/^[-._a-zA-Z0-9]+$/.test(name) || !/^[A-Za-z0-9+/]*={0,2}$/.test(text),
  );
  return odd === undefined
    ? undefined
    : problem("InvalidSecretVolume", `The file ${odd[0]} has a bad name or is not base64.`);
}

function spotRefusal({ location = "", zones, properties }: ArmGroup): AciReply | undefined {
  if (properties.priority !== "Spot") return undefined;
  if (properties.ipAddress !== undefined)
    return refusal(
      400,
      "SpotPriorityContainerGroupNotSupportedForInboundConnectivity",
      "A Spot group has no address.",
    );
  if (properties.sku !== undefined && properties.sku !== "Standard")
    return refusal(400, "SpotPriorityContainerGroupNotSupportedInSku", "A Spot group is of SKU Standard.");
  if (zones !== undefined || !SPOT_REGIONS.has(location))
    return refusal(400, "SpotPriorityContainerGroupNotSupported", "Spot is in three regions and in no zone.");
  return undefined;
}

type Requests = ArmContainer["properties"]["resources"]["requests"];

// Binary fractions: 0.1 and 0.2 are not quite 0.3.
function sumOf(containers: readonly ArmContainer[], read: (requests: Requests) => number): number {
  const sum = containers.reduce((all, { properties }) => all + read(properties.resources.requests), 0);
  return Math.round(sum * 1_000) / 1_000;
}
