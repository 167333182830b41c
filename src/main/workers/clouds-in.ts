import { Fault } from "../../domain/fault.ts";
import { parseCloudSettings, type CloudSettings, type CloudVariables } from "../cloud-settings.ts";

/** How this instance meets the clouds. Throws `unavailable` with the variable's name when one says nothing that can be used. */
export function cloudsIn(env: CloudVariables): CloudSettings {
  const { settings, problems } = parseCloudSettings(env);
  if (problems.length > 0) throw new Fault("unavailable", problems.join(" "));
  return settings;
}
