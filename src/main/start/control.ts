/**
 * The control Worker as it is deployed. Google's official client makes code from text, which workerd lets a Worker do only while it
 * starts: so its clients are made here, at the top, before anything is asked. Tests take the rest of the Worker without this.
 */
import "../../adapters/cloud-run/sdk.ts";

export { Clock, default, Identity, SandboxAccount } from "../control.ts";
