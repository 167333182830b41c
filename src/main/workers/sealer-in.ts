import { Fault } from "../../domain/fault.ts";
import { createSealer, noSealer, type Sealer } from "../../identity/seal.ts";
import { HOW_TO_SET, parseSealingKeys } from "../../identity/sealing-keys.ts";
import type { SealingVariables } from "./bindings.ts";
import { randomBytes } from "./isolate.ts";

/** The control Worker's sealer; without keys, whatever needs it answers with what to set. Throws `unavailable` for keys that are none. */
export function sealerIn({ BERTH_SEALING_KEYS }: SealingVariables): Sealer {
  const { keys, problems } = parseSealingKeys(BERTH_SEALING_KEYS);
  if (problems.length > 0) throw new Fault("unavailable", problems.join(" "));
  if (keys !== undefined) return createSealer(keys, randomBytes);
  const command = "wrangler secret put BERTH_SEALING_KEYS -c wrangler.control.toml";
  return noSealer(`Nothing can be sealed here yet: ${HOW_TO_SET}, with ${command}.`);
}
