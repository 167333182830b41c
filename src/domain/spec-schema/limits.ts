/** The most of everything a spec may hold. Bounds keep a hostile document short; where a cloud's own limit decided, it is named. */

export const MAX_PROBLEMS = 100;
/** Levels of lists and objects in a document. */
export const MAX_DEPTH = 32;
/** Values in a document, counting every list, object and scalar. */
export const MAX_VALUES = 20_000;
/** Characters of a key anywhere in a document. */
export const MAX_KEY_CHARS = 256;
/** Characters of all texts of a document together; a request body is at most 256 kB. */
export const MAX_TEXT_CHARS = 262_144;

/** Environment variables of one container, with secrets. Cloud Run takes 1,000 (Configure environment variables). */
export const MAX_ENV = 512;
/** Cloud Run, "Quotas and limits": 32 KB for one environment variable. */
export const MAX_ENV_CHARS = 32_768;
export const MAX_ARGUMENTS = 256;
export const MAX_ARGUMENT_CHARS = 32_768;
export const MAX_FILES = 64;
/** ConfigMaps and ECS task definitions end before 1 MiB and 64 KiB; the smaller counts. */
export const MAX_FILE_CHARS = 65_536;
export const MAX_PATH_CHARS = 1_024;
export const MAX_PORTS = 32;
export const MAX_HOSTS = 32;
/** ACI takes 60 containers a group (Container Instances quotas); no other cloud takes more. */
export const MAX_SIDECARS = 59;
export const MAX_BEFORE = 16;
/** ACI takes 20 volumes a group (Container Instances quotas). */
export const MAX_VOLUMES = 20;
export const MAX_RELATIONS = 64;
/** AWS and Azure take 50 tags on a resource, Google 64 labels; Berth's own marks need the rest. */
export const MAX_LABELS = 32;

export const MAX_MILLI_CPU = 512_000;
/** The Docker Engine refuses a memory limit below 6 MiB (moby, daemon/container_operations). */
export const MIN_MEMORY_MIB = 6;
export const MAX_MEMORY_MIB = 16_777_216;
export const MAX_STORAGE_GIB = 65_536;
export const MAX_GPUS = 16;
export const MAX_REPLICAS = 1_000;
/** Cloud Run, "Maximum concurrent requests per instance". */
export const MAX_CONCURRENCY = 1_000;
/** Cloud Run, "Request timeout": 60 minutes. */
export const MAX_REQUEST_SECONDS = 3_600;
export const MAX_BODY_MIB = 1_024;
export const MAX_PROBE_SECONDS = 300;
export const MAX_STARTUP_SECONDS = 3_600;
export const MAX_STOP_GRACE_SECONDS = 3_600;
/** A week: Cloud Run's longest task. */
export const MAX_JOB_SECONDS = 604_800;
export const MAX_RETRIES = 100;
export const MAX_PARALLELISM = 1_000;
export const MAX_ROLLOUT_SECONDS = 86_400;
export const MAX_PERCENT_STEPS = 20;
/** Largest numeric user id Linux has: 2^32 - 2. */
export const MAX_UID = 4_294_967_294;
