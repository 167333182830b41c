import type { Problem } from "../fault.ts";
import { pointerTo } from "../json-pointer.ts";
import type { ReadableFields } from "./document.ts";

/** No name may be both a variable and a secret of one container. */
export function variableProblems(fields: ReadableFields): readonly Problem[] {
  const sidecars = fields.sidecars ?? [];
  return [
    ...doubleVariables(fields.env, fields.secrets, []),
    ...sidecars.flatMap(({ env, secrets }, index) => doubleVariables(env, secrets, ["sidecars", index])),
  ];
}

/** Each file has one source, and no two things lie at one path. */
export function fileProblems({ files = [], volumes = [] }: ReadableFields): readonly Problem[] {
  const sources = files.flatMap(({ content, secret }, index) => {
    const message = "say content or secret, exactly one of them";
    return (content === undefined) === (secret === undefined)
      ? [{ pointer: `/files/${index}`, message }]
      : [];
  });
  const paths = [
    ...files.map(({ path }, index) => ({ value: path, pointer: `/files/${index}/path` })),
    ...volumes.map(({ path }, index) => ({ value: path, pointer: `/volumes/${index}/path` })),
  ];
  return [
    ...sources,
    ...repeats(paths, (path) => `something else is already at ${path}; choose another path`),
  ];
}

/** Names within one list are unique, and no sidecar has the workload's own. */
export function nameProblems(fields: ReadableFields): readonly Problem[] {
  const { name, sidecars = [], volumes = [], ports = [], before = [] } = fields;
  const lists = Object.entries({ sidecars, volumes, ports, before });
  const repeated = lists.flatMap(([list, items]) => {
    const names = items.map((item, index) => ({ value: item.name, pointer: `/${list}/${index}/name` }));
    return repeats(names, (one) => `the name ${one} is already taken in this list; choose another`);
  });
  const clashes = sidecars.flatMap((sidecar, index) => {
    const message = "the main container has the workload's name; choose another";
    return sidecar.name === name ? [{ pointer: `/sidecars/${index}/name`, message }] : [];
  });
  return [...repeated, ...clashes];
}

/** Containers of a replica share one port space, so each number and protocol is used once. */
export function portProblems({ ports = [], route, port }: ReadableFields): readonly Problem[] {
  const routed = route?.port ?? port;
  const used = [
    ...(routed === undefined ? [] : [{ value: `tcp ${routed}`, pointer: "/route/port" }]),
    ...ports.map((one, index) => ({ value: `${one.protocol} ${one.port}`, pointer: `/ports/${index}/port` })),
  ];
  return repeats(used, (one) => `${one} is already in use; choose another port`);
}

/** A workload neither waits for nor exchanges data with itself, and each peer is one thing. */
export function relationProblems({ name, after = [], talksTo = [] }: ReadableFields): readonly Problem[] {
  const waits = after.map((value, index) => ({ value, pointer: `/after/${index}` }));
  const self = waits
    .filter(({ value }) => value === name)
    .map(({ pointer }) => ({ pointer, message: "a workload cannot wait for itself" }));
  const peers = talksTo.flatMap((peer, index): readonly Problem[] => {
    if ((peer.workload === undefined) === (peer.place === undefined)) {
      return [{ pointer: `/talksTo/${index}`, message: "say workload or place, exactly one of them" }];
    }
    const message = "a workload needs no path to itself; remove it";
    return peer.workload !== undefined && peer.workload === name
      ? [{ pointer: `/talksTo/${index}/workload`, message }]
      : [];
  });
  return [...repeats(waits, (one) => `${one} is already in this list; remove it`), ...self, ...peers];
}

type Names = Readonly<Record<string, string>>;

function doubleVariables(
  env: Names = {},
  secrets: Names = {},
  at: readonly PropertyKey[],
): readonly Problem[] {
  return Object.keys(secrets)
    .filter((name) => Object.hasOwn(env, name))
    .map((name) => ({
      pointer: pointerTo([...at, "secrets", name]),
      message: `${name} is in env and in secrets; remove one`,
    }));
}

interface Used {
  readonly value: string;
  readonly pointer: string;
}

function repeats(used: readonly Used[], sentence: (value: string) => string): readonly Problem[] {
  const seen = new Set<string>();
  return used.flatMap(({ value, pointer }) => {
    const again = seen.has(value);
    seen.add(value);
    return again ? [{ pointer, message: sentence(value) }] : [];
  });
}
