import type { ReadSecret, Tenant } from "../adapters/cloud-ports.ts";
import { AdapterError, Fault } from "../domain/fault.ts";
import { secretReference } from "../domain/template.ts";
import type { SealedSecret, StoredSecret } from "../store/store.ts";
import type { Ports } from "./ports.ts";
import { reaches } from "./secret-reach.ts";

/**
 * Reads values for adapters: `name@version`, or a bare name for the version in force, as workloads of that environment may. Throws
 * `AdapterError` "invalid" when there is none, or it is not shared with them any more, and "unavailable" when it cannot be opened here.
 */
export function secretReader(ports: Pick<Ports, "store" | "sealer">): ReadSecret {
  return async (tenant, reference, { signal }) => {
    if (signal.aborted)
      throw new AdapterError("unavailable", "The call was ended before the secret was read.");
    const sealed = await find(ports, tenant, reference);
    if (sealed === undefined) throw new AdapterError("invalid", absent(tenant, reference));
    try {
      return await openSecret(ports, sealed);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const kind = error.code === "unavailable" ? "unavailable" : "invalid";
      throw new AdapterError(kind, `Secret ${reference} cannot be opened. ${error.message}`);
    }
  };
}

/** The value of a sealed secret. Throws as `Sealer.open` does. */
export async function openSecret({ sealer }: Pick<Ports, "sealer">, secret: SealedSecret): Promise<string> {
  const { project, environment, name, of: version } = secret;
  return sealer.open(secret.sealed, { purpose: "secret", project, environment, name, version });
}

async function find(
  { store }: Pick<Ports, "store">,
  { project, environment: name }: Tenant,
  reference: string,
): Promise<SealedSecret | undefined> {
  const wanted = secretReference(reference);
  const environment = (await store.environment(project, name)) ?? { name, class: "staging" };
  const version =
    wanted.version ??
    inForce(
      (await store.secretsNamed(project, [wanted.name])).filter((secret) => reaches(secret, environment)),
      name,
    );
  if (version === undefined) return undefined;
  const sealed = await store.sealedSecret(project, wanted.name, version);
  return sealed !== undefined && reaches(sealed, environment) ? sealed : undefined;
}

// As when a plan pins: the environment's own comes first, and of several shared ones none is meant.
function inForce(secrets: readonly StoredSecret[], environment: string): number | undefined {
  const own = secrets.find((secret) => secret.environment === environment);
  return (own ?? (secrets.length === 1 ? secrets[0] : undefined))?.version;
}

const absent = ({ environment }: Tenant, reference: string): string =>
  `There is no secret ${reference} for environment ${environment}: it was removed, or is not shared with it any more; put it and deploy again.`;
