import { registryOf } from "../../../domain/image.ts";
import type { Unit } from "../../../domain/plan.ts";
import type { Call } from "../../adapter.ts";
import type { CloudPorts, Owner } from "../../cloud-ports.ts";
import type { ArmGroup } from "../arm.ts";
import { ownerTags } from "./group.ts";
import { markedSecret } from "./reference.ts";

/** Values and logins that are put into a group's document at sending, read once for all replicas of a unit. */
export interface Filling {
  readonly tags: Readonly<Record<string, string>>;
  readonly secrets: ReadonlyMap<string, string>;
  readonly logins: NonNullable<ArmGroup["properties"]["imageRegistryCredentials"]>;
}

/** Reads what a unit's groups are filled with. Throws `AdapterError` "invalid" when a secret is not there. */
export async function fillingOf(
  ports: Pick<CloudPorts, "secrets" | "registries">,
  unit: Unit,
  owner: Owner,
  call: Call,
): Promise<Filling> {
  const { project, environment, template } = unit;
  const tenant = { project, environment };
  const containers = [template, ...template.sidecars];
  const references = new Set([
    ...containers.flatMap(({ secrets }) => Object.values(secrets)),
    ...template.files.flatMap(({ secret }) => (secret === undefined ? [] : [secret])),
  ]);
  const secrets = new Map<string, string>();
  for (const reference of references) secrets.set(reference, await ports.secrets(tenant, reference, call));
  const logins: { server: string; username: string; password: string }[] = [];
  for (const host of new Set(containers.map(({ image }) => registryOf(image)))) {
    const login = await ports.registries(tenant, host, call);
    if (login !== undefined) logins.push({ server: serverOf(host), ...login });
  }
  return { tags: ownerTags(unit, owner), secrets, logins };
}

/** The document to send: the installation's tags, the registries' logins and the values of secrets in their places. */
export function filled(group: ArmGroup, { tags, secrets, logins }: Filling): ArmGroup {
  const valueOf = (text: string): string => secrets.get(markedSecret(text) ?? "") ?? text;
  const base64Of = (text: string): string => {
    const value = secrets.get(markedSecret(text) ?? "");
    return value === undefined ? text : Buffer.from(value, "utf8").toString("base64");
  };
  const { properties } = group;
  return {
    ...group,
    tags: { ...group.tags, ...tags },
    properties: {
      ...properties,
      imageRegistryCredentials: logins.length === 0 ? undefined : logins,
      containers: properties.containers.map((container) => ({
        ...container,
        properties: {
          ...container.properties,
          environmentVariables: container.properties.environmentVariables?.map((variable) =>
            variable.secureValue === undefined
              ? variable
              : { ...variable, secureValue: valueOf(variable.secureValue) },
          ),
        },
      })),
      volumes: properties.volumes?.map((volume) =>
        volume.secret === undefined
          ? volume
          : {
              ...volume,
              secret: Object.fromEntries(
                Object.entries(volume.secret).map(([file, text]) => [file, base64Of(text)]),
              ),
            },
      ),
    },
  };
}

// Docker Hub's own name in imageRegistryCredentials is that of its index.
const serverOf = (host: string): string => (host === "docker.io" ? "index.docker.io" : host);
