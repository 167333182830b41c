import type { Because } from "../domain/feature.ts";
import { judgeContainer } from "./guard-container.ts";
import { judgeVolume } from "./guard-volume.ts";
import type { Request, Rules } from "./guard-rules.ts";
import { coveredBy, parseImageName } from "./image-name.ts";
import type { Limits } from "./limits.ts";

/**
 * Every reason against a call; none means it may be sent. Everything is denied that is not listed: verbs, fields and values,
 * in exact case, because the engine's own parser ignores case.
 */
export function judge(request: Request, rules: Rules): readonly Because[] {
  switch (request.verb) {
    case "create":
      return [
        ...judgeImage(imageOf(request.payload), rules.limits),
        ...judgeCount(rules),
        ...judgeContainer(request, rules),
      ];
    case "create-volume":
      return judgeVolume(request.payload);
    case "pull":
      return judgeImage(request.image, rules.limits);
    default:
      return [`"${request.verb}" is not one of the calls this agent makes: create, create-volume, pull`];
  }
}

/** The call was against the host owner's limits. */
export class GuardRefusal extends Error {
  readonly because: readonly Because[];
  constructor(because: readonly Because[]) {
    super(`this host's guard refuses it: ${because.join("; ")}`);
    this.name = "GuardRefusal";
    this.because = because;
  }
}

function judgeImage(image: string | undefined, limits: Limits): readonly Because[] {
  const name = image === undefined ? undefined : parseImageName(image);
  if (name === undefined) return ["Image is not an image reference"];
  if (limits.registries.some((allowed) => coveredBy(name, allowed))) return [];
  return [
    `images of ${name.repository} are not allowed here; the host allows ${limits.registries.join(", ") || "none"}`,
  ];
}

function judgeCount({ limits, holding }: Rules): readonly Because[] {
  return holding < limits.maxContainers
    ? []
    : [`this host allows ${String(limits.maxContainers)} containers at most`];
}

const imageOf = (payload: unknown): string | undefined =>
  typeof payload === "object" && payload !== null && "Image" in payload && typeof payload.Image === "string"
    ? payload.Image
    : undefined;
