import type { Template, TemplateSidecar, Unit } from "../../../domain/plan.ts";
import { azureCloud } from "../../../catalog/azure-clouds.ts";
import { reservedPort } from "../../../catalog/features/aci-reserved-port.ts";
import { readEscape } from "./escape.ts";
import { byFolder, fileName } from "./volumes.ts";

/** Volumes a group takes (Microsoft, "Resource availability and quota limits"). */
export const MOST_VOLUMES = 20;
/** Characters of a variable's name (Microsoft, "Troubleshoot common issues in Azure Container Instances", naming conventions, 2026-07-25). */
const MOST_VARIABLE_CHARS = 63;
/** Names of the files in a secret volume, as Kubernetes, on which ACI stands, has them. */
const FILE_NAME = /^[-._a-zA-Z0-9]{1,253}$/;

/**
 * What of a unit cannot be said to Container Instances although its offer took it, because an offer is made before names, paths and
 * images are looked at. Each a sentence without its full stop.
 */
export function unitProblems({ template, billing, place }: Unit): readonly string[] {
  const { escape, problems } = readEscape(template["x-aci"]);
  const { user, route } = template;
  const spotZone = billing === "spot" && escape.zones !== undefined;
  const unzoned = escape.zones === undefined ? undefined : azureCloud(place.region).unzoned;
  return [
    ...problems,
    ...(unzoned === undefined ? [] : [unzoned]),
    ...(spotZone ? ["A Spot group cannot name a zone: remove x-aci.zones or use on-demand"] : []),
    ...[template, ...template.sidecars].flatMap(argsProblems),
    ...[template, ...template.sidecars].flatMap(variableProblems),
    ...mountProblems(template),
    ...(user === undefined
      ? []
      : ["Container Instances sets no user: set USER in the image and remove user"]),
    ...(route === undefined ? [] : [reservedPort(route.port)].filter((one) => one !== undefined)),
  ];
}

// One command replaces ENTRYPOINT and CMD, so args need the entrypoint they are given to.
function argsProblems({ name, entrypoint = [], args = [], imageEntrypoint }: Template | TemplateSidecar) {
  const known = entrypoint.length > 0 || args.length === 0 || imageEntrypoint !== undefined;
  return known
    ? []
    : [
        `The image of ${name} could not be read, so what its args are given to is not known: set entrypoint too`,
      ];
}

function variableProblems({ name, env, secrets }: Template | TemplateSidecar): readonly string[] {
  return Object.keys({ ...env, ...secrets })
    .filter(({ length }) => length > MOST_VARIABLE_CHARS)
    .map(
      (variable) =>
        `A variable's name has at most ${MOST_VARIABLE_CHARS} characters on Container Instances: give ${name} a shorter one than ${variable.slice(0, 40)}...`,
    );
}

function mountProblems({ files, volumes }: Template): readonly string[] {
  const folders = [...byFolder(files).keys()];
  const clash = folders.find((folder) => volumes.some(({ path }) => path === folder));
  const odd = files.find(({ path }) => !FILE_NAME.test(fileName(path)));
  const problems: string[] = [];
  if (folders.includes("/"))
    problems.push("A file directly below / would hide the whole image: put it into a folder");
  if (clash !== undefined)
    problems.push(
      `Files and a volume are both at ${clash}, and a group mounts one thing there: use another folder`,
    );
  if (odd !== undefined)
    problems.push(
      `The file name ${fileName(odd.path).slice(0, 60)} must have letters, digits, - . and _ only: rename it`,
    );
  if (folders.length + volumes.length > MOST_VOLUMES)
    problems.push(`A group mounts at most ${MOST_VOLUMES} folders and volumes: put files into fewer folders`);
  return problems;
}
