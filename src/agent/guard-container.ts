import type { Own } from "./guard-host.ts";
import type { Because } from "../domain/feature.ts";
import {
  closed,
  everyEntry,
  isExactly,
  isInnerPath,
  isRecord,
  isText,
  isTextList,
  textsOf,
  isWhole,
  matches,
  must,
} from "./guard-fields.ts";
import { judgeHost } from "./guard-host.ts";
import type { Request, Rules } from "./guard-rules.ts";
import { containerName, LABEL_PREFIX, MAIN, markOf } from "./mark.ts";

const MAX_STOP_SECONDS = 86_400;
const MAX_TEXTS = 4096;

/** Every reason against creating this container. */
export function judgeContainer({ name, payload }: Request, rules: Rules): readonly Because[] {
  if (!isRecord(payload)) return ["the container must be an object"];
  const owner = ownName(name, payload["Labels"]);
  if (typeof owner === "string") return [owner, ...shape(payload)];
  return [...shape(payload), ...judgeHost(payload["HostConfig"], owner, rules)];
}

/** The name must be the one the mark implies; so a container can only ever join, or mount, what belongs to its own replica. */
function ownName(name: string | undefined, labels: unknown): Own | Because {
  const texts = textsOf(labels);
  const mark = texts === undefined ? undefined : markOf(texts);
  if (mark === undefined) return "the container does not carry Berth's whole mark in its labels";
  if (!NAME.test(mark.name) || (mark.container !== MAIN && !NAME.test(mark.container))) {
    return "unit and sidecar names are lower-case letters, digits and hyphens";
  }
  const wanted = containerName(mark.name, mark.replica, mark.container);
  if (name !== wanted) return `the container's name must be ${wanted}, as its mark says`;
  return { unitName: mark.name, replica: mark.replica, isMain: mark.container === MAIN };
}

const NAME = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

const shape = closed(
  "container",
  {
    Image: must("Image must be a text", isText),
    Entrypoint: must("Entrypoint must be a list of texts", isTextList),
    Cmd: must("Cmd must be a list of texts", isTextList),
    Env: must("Env must be a list of NAME=value", (value) => isTextList(value) && isEnv(value)),
    User: must(
      "User must be a name or number, with an optional group",
      matches(/^[a-zA-Z0-9_][\w.-]{0,63}(:[a-zA-Z0-9_][\w.-]{0,63})?$/),
    ),
    WorkingDir: must(
      "WorkingDir must be an absolute path without ..",
      (value) => value === "/" || isInnerPath(value),
    ),
    Hostname: must("Hostname must be one DNS label", matches(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/)),
    Labels: must(`labels must all begin with ${LABEL_PREFIX}`, (value) =>
      everyEntry(value, (key, text) => key.startsWith(LABEL_PREFIX) && isText(text)),
    ),
    ExposedPorts: must("ExposedPorts must be TCP ports", (value) =>
      everyEntry(
        value,
        (port, empty) => isTcpPort(port) && isRecord(empty) && Object.keys(empty).length === 0,
      ),
    ),
    StopTimeout: must("StopTimeout must be whole seconds, a day at most", (value) =>
      isWhole(value, 0, MAX_STOP_SECONDS),
    ),
    Healthcheck: must(
      "the engine's own health checks stay off; the agent probes",
      (value) => isRecord(value) && Object.keys(value).length === 1 && isExactly(value["Test"], ["NONE"]),
    ),
    HostConfig: () => [], // judged by guard-host.ts
  },
  ["Image", "Env", "Labels", "HostConfig", "StopTimeout"],
);

const isEnv = (list: readonly string[]): boolean =>
  list.length <= MAX_TEXTS && list.every((entry) => /^[A-Za-z_][A-Za-z0-9_]*=/.test(entry));

const isTcpPort = (text: string): boolean =>
  /^\d{1,5}\/tcp$/.test(text) && isWhole(Number.parseInt(text, 10), 1, 65_535);
