import type { CheckLine } from "../../domain/trust.ts";
import type { Target } from "../../store/instance.ts";
import type { Call } from "../adapter.ts";
import type { CloudPorts } from "../cloud-ports.ts";
import { asLine } from "./check-line.ts";
import type { CloudRunConfig } from "./config.ts";
import { identityTokens } from "./identity.ts";

const PERMISSION = "iam.serviceAccounts.getOpenIdToken";
/** No service has this name (RFC 2606), so nobody would take the token; it is thrown away. */
const NOBODY = "https://check.invalid";

/** Whether Google gives Berth the tokens that private services ask for; nothing where services are open. */
export async function identityLines(
  target: Target,
  config: CloudRunConfig,
  ports: CloudPorts,
  call: Call,
): Promise<readonly CheckLine[]> {
  if (config.invoker === "public") return [];
  return await asLine(PERMISSION, async () => {
    await identityTokens(target, config, ports)(NOBODY, call);
    return [
      { name: PERMISSION, verdict: "ok", message: "Google gives Berth's account an identity to show." },
    ];
  });
}
