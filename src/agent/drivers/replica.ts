import type { Unit } from "../../domain/plan.ts";
import { LABEL_PREFIX, MAIN, markOf } from "../mark.ts";
import type { Mark } from "../mark.ts";
import { filesArchive } from "./archive.ts";
import { EngineError } from "./dial.ts";
import type { Engine } from "./engine.ts";
import { ensureImage } from "./images.ts";
import { replicaPayload } from "./payload.ts";
import type { NamedPayload, PayloadSettings } from "./payload.ts";
import type { VolumePayload } from "./payload-types.ts";
import type { VolumeReply } from "./replies.ts";

/** Make what one replica is made of and start it. Throws with a sentence; what was made by then is cleared by the next try, or with the unit. */
export async function startReplica(
  engine: Engine,
  unit: Unit,
  replica: number,
  settings: PayloadSettings,
  signal: AbortSignal,
): Promise<void> {
  const { volumes, containers } = replicaPayload(unit, replica, settings);
  for (const { payload, mark } of containers) {
    await ensureImage(
      engine,
      payload.Image,
      mark.container === MAIN ? unit.template.digest : undefined,
      signal,
    );
  }
  for (const { payload } of volumes) await ensureVolume(engine, payload);
  for (const container of containers) {
    signal.throwIfAborted();
    await create(engine, container);
  }
  const archive = await filesArchive(unit.template, await fileOwner(engine, unit, containers[0]));
  const [main] = containers;
  if (archive !== undefined && main !== undefined) await engine.putArchive(main.name, archive);
  for (const { name } of containers) {
    signal.throwIfAborted();
    await engine.start(name);
  }
}

/** Number of the user that the main container runs as, when it can be known without looking into the image's files. */
async function fileOwner(
  engine: Engine,
  { template }: Unit,
  main: NamedPayload | undefined,
): Promise<number | undefined> {
  if (main === undefined || template.files.every(({ secret }) => secret === undefined)) return undefined;
  const { User: ofImage } = (await engine.inspectImage(main.payload.Image)).Config ?? {};
  const [user = ""] = String(template.user ?? ofImage ?? "").split(":");
  if (user === "" || user === "root") return 0;
  return /^\d{1,10}$/.test(user) ? Number(user) : undefined;
}

/** A volume of that name that is not plainly ours could be a host directory in disguise. */
async function ensureVolume(engine: Engine, payload: VolumePayload): Promise<void> {
  const made = await engine.createVolume(payload);
  if (isOurs(made, payload)) return;
  // What an engine answers for a volume that was there already is only an answer; its list is what it has.
  const unit = markOf(payload.Labels)?.unit ?? "";
  const listed = await engine.listVolumes([`${LABEL_PREFIX}unit=${unit}`]);
  if (listed.some((volume) => volume.Name === payload.Name && isOurs(volume, payload))) return;
  throw new Error(
    `a volume named ${payload.Name} exists and is not Berth's: remove or rename it (${describeVolume(made)})`,
  );
}

function describeVolume({ Driver: driver, Labels: labels, Options: options }: VolumeReply): string {
  const named = (record: Readonly<Record<string, string>> | null | undefined) =>
    Object.keys(record ?? {}).join(", ") || "none";
  return `driver ${driver}, labels ${named(labels)}, options ${named(options)}`;
}

function isOurs(volume: VolumeReply, payload: VolumePayload): boolean {
  const [mark, wanted] = [markOf(volume.Labels ?? {}), markOf(payload.Labels)];
  const plain = volume.Driver === "local" && Object.keys(volume.Options ?? {}).length === 0;
  return plain && mark?.installation === wanted?.installation && mark?.unit === wanted?.unit;
}

/** Create one container. A taken name is looked at: our own leftover makes way, a stranger's stays. */
async function create(engine: Engine, { name, mark, payload }: NamedPayload): Promise<void> {
  try {
    await engine.create(name, payload);
    return;
  } catch (error) {
    if (!(error instanceof EngineError) || error.status === undefined) throw error;
    const holder = await holderOf(engine, name);
    if (holder === "nobody") throw error; // it was not the name
    if (holder === "stranger" || !isSameContainer(holder, mark)) {
      throw new Error(`the name ${name} is taken by a container that is not Berth's: remove or rename it`, {
        cause: error,
      });
    }
  }
  await engine.remove(name);
  await engine.create(name, payload);
}

async function holderOf(engine: Engine, name: string): Promise<Mark | "stranger" | "nobody"> {
  try {
    const { Config: config } = await engine.inspect(name);
    return markOf(config?.Labels ?? {}) ?? "stranger";
  } catch (error) {
    if (error instanceof EngineError && error.status === 404) return "nobody";
    throw error;
  }
}

const isSameContainer = (a: Mark, b: Mark): boolean =>
  a.installation === b.installation &&
  a.agent === b.agent &&
  a.unit === b.unit &&
  a.replica === b.replica &&
  a.container === b.container;
