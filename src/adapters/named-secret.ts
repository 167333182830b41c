import { AdapterError } from "../domain/fault.ts";
import type { Target } from "../store/instance.ts";
import type { Call } from "./adapter.ts";
import type { CloudPorts } from "./cloud-ports.ts";

/** The sealed secret with a long-lived key that a target names where it cannot be keyless. */
export interface NamedSecret {
  readonly secret: string;
  readonly environment: string;
}

/** The value of the secret a target names. Throws `AdapterError` "denied" for a target of the instance, which has no project to keep it. */
export async function namedSecret(
  target: Target,
  { secret, environment }: NamedSecret,
  ports: Pick<CloudPorts, "secrets">,
  call: Call,
): Promise<string> {
  if (target.project !== undefined)
    return await ports.secrets({ project: target.project, environment }, secret, call);
  throw new AdapterError(
    "denied",
    `Target ${target.name} belongs to the instance, which keeps no secrets: remove credentials, and let the cloud trust Berth's own tokens as \`berth target trust\` shows.`,
  );
}
