import { AdapterError } from "../../domain/fault.ts";

/** What is said wherever a token of Berth's own issuer is needed and there is no issuer. */
export const NO_ISSUER =
  "This instance has no token issuer. Set BERTH_ISSUER_URL to an https URL that the cloud can read, or give the target a long-lived key as a sealed secret: credentials {secret: name}.";

/** The `assertion` of an instance without an issuer: throws `AdapterError` "denied" with what to set. */
export async function noIssuer(): Promise<never> {
  throw new AdapterError("denied", NO_ISSUER);
}
