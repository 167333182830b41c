import type { Problem } from "../fault.ts";
import type { ReadableFields } from "./document.ts";

/** What a kind must have and may not have. */
export function kindProblems(
  fields: ReadableFields,
  given: Readonly<Record<string, unknown>>,
): readonly Problem[] {
  const { kind, route, port } = fields;
  const problems: Problem[] = [];
  if (kind !== undefined && kind !== "job" && given["job"] !== undefined) {
    problems.push({
      pointer: "/job",
      message: `only kind job has a job field, this is a ${kind}; remove it or say kind: job`,
    });
  }
  if (kind === "service" && given["route"] === undefined && given["port"] === undefined) {
    problems.push({
      pointer: "/route",
      message: "a service needs a port: say port: 8080, or kind: worker if it has none",
    });
  } else if (
    kind === "service" &&
    route !== undefined &&
    route.port === undefined &&
    given["port"] === undefined
  ) {
    problems.push({ pointer: "/route/port", message: "is required; say the port the container listens on" });
  }
  if (route?.port !== undefined && port !== undefined) {
    problems.push({
      pointer: "/port",
      message: "port is short for route.port, and both are given; remove one",
    });
  }
  return [...problems, ...routelessProblems(fields, given)];
}

/** Bounds that belong together: replicas, and what keeps a singleton single. */
export function scaleProblems(
  fields: ReadableFields,
  given: Readonly<Record<string, unknown>>,
): readonly Problem[] {
  const { kind, scale, singleton } = fields;
  const problems: Problem[] = [];
  if (kind === "job" && given["scale"] !== undefined) {
    return [{ pointer: "/scale", message: "a job does not scale; say job.parallelism" }];
  }
  if (scale?.max !== undefined && scale.min !== undefined && scale.max < scale.min) {
    problems.push({ pointer: "/scale/max", message: `max is less than min; write at least ${scale.min}` });
  }
  if (kind === "worker" && scale?.min === 0) {
    problems.push({
      pointer: "/scale/min",
      message: "nothing would wake a worker scaled to zero; write at least 1",
    });
  }
  if (singleton === true && Math.max(scale?.max ?? 1, scale?.min ?? 1) > 1) {
    const field = (scale?.max ?? 1) > 1 ? "max" : "min";
    problems.push({
      pointer: `/scale/${field}`,
      message: "a singleton has one replica; write 1 or remove singleton",
    });
  }
  if (singleton === true && (fields.job?.parallelism ?? 1) > 1) {
    problems.push({
      pointer: "/job/parallelism",
      message: "a singleton has one replica; write 1 or remove singleton",
    });
  }
  return problems;
}

/** A health check must fit what the container does. */
export function healthProblems({ kind, health, route }: ReadableFields): readonly Problem[] {
  if (health === undefined || kind === undefined) return [];
  const problems: Problem[] = [];
  const refuse = (field: string, message: string) => problems.push({ pointer: `/health/${field}`, message });
  const protocol = route?.protocol ?? "http1";
  if (health.path !== undefined && kind !== "service")
    refuse("path", `a ${kind} has no route to ask; remove it`);
  if (health.path !== undefined && kind === "service" && protocol === "grpc")
    refuse("path", "the route speaks grpc; say health.grpc");
  if (health.grpc !== undefined && kind !== "service")
    refuse("grpc", `a ${kind} has no route to ask; remove it`);
  if (health.grpc !== undefined && kind === "service" && protocol === "http1") {
    refuse("grpc", "the route speaks http1; say health.path, or route.protocol grpc or h2c");
  }
  if (health.aliveSeconds !== undefined && kind !== "worker") {
    refuse(
      "aliveSeconds",
      kind === "job" ? "a job ends by itself; remove it" : "a service is asked on its port; say health.path",
    );
  }
  if (health.path !== undefined && health.grpc !== undefined) refuse("grpc", "say path or grpc, not both");
  if (health.timeoutSeconds > health.intervalSeconds) {
    refuse("timeoutSeconds", `a probe ends before the next begins; write at most ${health.intervalSeconds}`);
  }
  return problems;
}

function routelessProblems(
  { kind }: ReadableFields,
  given: Readonly<Record<string, unknown>>,
): readonly Problem[] {
  if (kind === undefined || kind === "service") return [];
  const message = `a ${kind} has no route; remove it, or say kind: service`;
  return ["route", "port"].flatMap((field) =>
    given[field] === undefined ? [] : [{ pointer: `/${field}`, message }],
  );
}
