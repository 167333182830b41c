import type { Ports } from "../broker/ports.ts";
import { createIssuer, type Issuer, type IssuerPorts } from "../identity/issuer/issuer.ts";
import type { CloudSettings } from "./cloud-settings.ts";

/** The token issuer of this instance, where one is set. */
export function issuerOf({ issuerUrl }: CloudSettings, ports: IssuerPorts): Issuer | undefined {
  return issuerUrl === undefined ? undefined : createIssuer(issuerUrl, ports);
}

/** Makes the issuer's first keys, so that clouds can read them before anything is signed. A start does not fail for want of them. */
export async function prepareIssuer({ issuer, log }: Pick<Ports, "issuer" | "log">): Promise<void> {
  try {
    await issuer?.ensureKeys();
  } catch (error) {
    log("warn", `the token issuer has no keys: ${error instanceof Error ? error.message : String(error)}`);
  }
}
