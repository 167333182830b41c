import type { IncomingMessage } from "node:http";
import { GuardRefusal, judge } from "../guard.ts";
import type { Request, Rules } from "../guard-rules.ts";
import { EngineError } from "./dial.ts";
import type { Dial } from "./dial.ts";
import {
  IMAGE_REPLY,
  INFO_REPLY,
  INSPECT_REPLY,
  LIST_REPLY,
  VERSION_REPLY,
  VOLUME_REPLY,
  VOLUMES_REPLY,
} from "./replies.ts";
import type { ImageReply, InfoReply, InspectReply, ListReply, VersionReply, VolumeReply } from "./replies.ts";
import type { ContainerPayload, VolumePayload } from "./payload-types.ts";

/**
 * The closed set of things this agent asks an engine. Whatever would change the host is judged on its final bytes first; there is
 * no update, exec, build, network, plugin or service here to be abused.
 */
export interface Engine {
  version(): Promise<VersionReply>;
  info(): Promise<InfoReply>;
  /** Containers whose labels (`key=value`) are all as asked, running or not. */
  list(labels: readonly string[]): Promise<ListReply>;
  inspect(container: string): Promise<InspectReply>;
  inspectImage(image: string): Promise<ImageReply>;
  pull(image: string, signal: AbortSignal): Promise<IncomingMessage>;
  load(archive: NodeJS.ReadableStream): Promise<IncomingMessage>;
  createVolume(payload: VolumePayload): Promise<VolumeReply>;
  /** Volumes whose labels (`key=value`) are all as asked. */
  listVolumes(labels: readonly string[]): Promise<readonly VolumeReply[]>;
  removeVolume(name: string): Promise<void>;
  create(name: string, payload: ContainerPayload): Promise<void>;
  putArchive(container: string, archive: Buffer): Promise<void>;
  start(container: string): Promise<void>;
  stop(container: string, graceSeconds: number): Promise<void>;
  remove(container: string): Promise<void>;
  logs(
    container: string,
    query: { readonly tail: number; readonly follow: boolean },
    signal: AbortSignal,
  ): Promise<IncomingMessage>;
}

/** An engine behind the guard. `rules` is asked at each call that changes something, `authFor` for what an image is pulled with. */
export function guardedEngine(
  dial: Dial,
  rules: () => Promise<Rules>,
  authFor: (image: string) => string | undefined = () => undefined,
): Engine {
  const allow = async (request: Request): Promise<void> => {
    const because = judge(request, await rules());
    if (because.length > 0) throw new GuardRefusal(because);
  };
  const ask = (path: string, query?: Record<string, string>) =>
    dial.json({ method: "GET", path, query, deadlineMs: LOOK_MS });
  const act = async (
    method: "POST" | "DELETE",
    path: string,
    query?: Record<string, string>,
    deadlineMs = ACT_MS,
  ) => {
    await dial.json({ method, path, query, deadlineMs });
  };
  const listed = async (query: Record<string, string>, tries = LIST_TRIES): Promise<unknown> => {
    try {
      return await ask("/containers/json", query);
    } catch (error) {
      // Podman's list fails as a whole when a container is removed while it is made.
      if (!(error instanceof EngineError) || error.status === undefined || tries <= 1) throw error;
      return await listed(query, tries - 1);
    }
  };
  return {
    version: async () => VERSION_REPLY.parse(await ask("/version")),
    info: async () => INFO_REPLY.parse(await ask("/info")),
    list: async (label) =>
      LIST_REPLY.parse(await listed({ all: "true", filters: JSON.stringify({ label }) })).filter(
        (container) => hasLabels(container, label),
      ),
    inspect: async (container) => INSPECT_REPLY.parse(await ask(`/containers/${segment(container)}/json`)),
    inspectImage: async (image) => IMAGE_REPLY.parse(await ask(`/images/${image}/json`)),
    async pull(image, signal) {
      await allow({ verb: "pull", image });
      return await dial.stream({
        method: "POST",
        path: "/images/create",
        query: { fromImage: image },
        registryAuth: authFor(image),
        signal,
        deadlineMs: PULL_HEAD_MS,
      });
    },
    load: (archive) =>
      dial.stream({
        method: "POST",
        path: "/images/load",
        query: { quiet: "true" },
        archive,
        deadlineMs: LOAD_MS,
      }),
    async createVolume(payload) {
      await allow({ verb: "create-volume", payload });
      return VOLUME_REPLY.parse(
        await dial.json({ method: "POST", path: "/volumes/create", body: payload, deadlineMs: ACT_MS }),
      );
    },
    listVolumes: async (label) =>
      (
        VOLUMES_REPLY.parse(await ask("/volumes", { filters: JSON.stringify({ label }) })).Volumes ?? []
      ).filter((volume) => hasLabels(volume, label)),
    removeVolume: (name) => act("DELETE", `/volumes/${segment(name)}`),
    async create(name, payload) {
      await allow({ verb: "create", name, payload });
      await dial.json({
        method: "POST",
        path: "/containers/create",
        query: { name },
        body: payload,
        deadlineMs: ACT_MS,
      });
    },
    async putArchive(container, archive) {
      await dial.json({
        method: "PUT",
        path: `/containers/${segment(container)}/archive`,
        query: { path: "/" },
        archive,
        deadlineMs: ACT_MS,
      });
    },
    start: (container) => act("POST", `/containers/${segment(container)}/start`),
    stop: (container, graceSeconds) =>
      act(
        "POST",
        `/containers/${segment(container)}/stop`,
        { t: String(graceSeconds) },
        graceSeconds * 1000 + ACT_MS,
      ),
    remove: (container) => act("DELETE", `/containers/${segment(container)}`, { force: "true", v: "true" }),
    logs: (container, { tail, follow }, signal) =>
      dial.stream({
        method: "GET",
        path: `/containers/${segment(container)}/logs`,
        query: {
          stdout: "true",
          stderr: "true",
          timestamps: "true",
          follow: String(follow),
          tail: String(tail),
        },
        signal,
        // Podman sends the head of a followed log with its first line, whenever that comes.
        deadlineMs: follow ? LONGEST_TIMER_MS : LOOK_MS,
      }),
  };
}

/** Podman (4.3.1) lists a volume that has any of the labels, not all: what an engine filtered is looked at again, for it may be removed next. */
function hasLabels(
  { Labels: labels }: { readonly Labels?: Readonly<Record<string, string>> | null | undefined },
  asked: readonly string[],
): boolean {
  const held = new Set(Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`));
  return asked.every((label) => held.has(label));
}

/** A container, volume or id as one path segment: never a way to another path. */
function segment(name: string): string {
  if (!/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/.test(name))
    throw new Error(`"${name}" is no container or volume name`);
  return name;
}

const LIST_TRIES = 3;
const LOOK_MS = 10_000;
const ACT_MS = 30_000;
const PULL_HEAD_MS = 60_000;
const LOAD_MS = 300_000;
/** The most a Node timer can hold. */
const LONGEST_TIMER_MS = 2_147_483_647;
