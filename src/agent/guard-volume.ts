import type { Because } from "../domain/feature.ts";
import { closed, matches, must, textsOf } from "./guard-fields.ts";
import { LABEL_PREFIX, markOf } from "./mark.ts";

/** Every reason against creating this volume. Driver options are not on the list: `o=bind` would be a host directory under another name. */
export function judgeVolume(payload: unknown): readonly Because[] {
  return shape(payload);
}

const shape = closed(
  "volume",
  {
    Name: must(
      "a volume's name is lower-case letters, digits and hyphens",
      matches(/^[a-z0-9][a-z0-9-]{1,198}[a-z0-9]$/),
    ),
    Driver: must("only the local volume driver is allowed", (value) => value === "local"),
    Labels: must(
      `a volume must carry Berth's mark, and labels beginning with ${LABEL_PREFIX} only`,
      (value) => {
        const texts = textsOf(value) ?? {};
        return markOf(texts) !== undefined && Object.keys(texts).every((key) => key.startsWith(LABEL_PREFIX));
      },
    ),
  },
  ["Name", "Driver", "Labels"],
);
