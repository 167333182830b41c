/** Words of other formats for what a spec says in its own; each answer names our field. */
const TOP_HINTS: ReadonlyMap<string, string> = new Map([
  ["cmd", "say entrypoint or args"],
  ["environment", "environment variables are env; where it runs is the ?environment= of the call"],
  ["replicas", "say scale.min and scale.max"],
  ["instances", "say scale.min and scale.max"],
  ["count", "say scale.min and scale.max"],
  ["cpu", "say resources.cpu"],
  ["memory", "say resources.memory"],
  ["mem", "say resources.memory"],
  ["gpu", "say resources.gpu"],
  ["healthcheck", "say health"],
  ["livenessProbe", "say health"],
  ["readinessProbe", "say health"],
  ["startupProbe", "say health, with startupSeconds"],
  ["containers", "one main container is the spec itself; others are sidecars"],
  ["initContainers", "say before, which runs once for each deploy"],
  ["restart", "what exits is started again; a job says job.retries"],
  ["restartPolicy", "what exits is started again; a job says job.retries"],
  ["hostname", "say route.hosts"],
  ["domain", "say route.hosts"],
  ["expose", "say route.port, or ports for internal ones"],
  ["schedule", "say job.schedule"],
  ["region", "where it runs is for the policy to say; inline policy may narrow it"],
  ["regions", "where it runs is for the policy to say; inline policy may narrow it"],
  ["provider", "where it runs is for the policy to say; inline policy may narrow it"],
  ["target", "where it runs is for the policy to say; inline policy may narrow it"],
  ["depends_on", "say after"],
  ["dependsOn", "say after"],
  ["working_dir", "say workingDir"],
]);

/** Advice for an unknown field whose meaning is known from elsewhere; nothing for the rest. */
export function fieldHint(parent: readonly PropertyKey[], key: string): string | undefined {
  if (key === "command") return "command means three things on three clouds, so say entrypoint or args";
  return parent.length === 0 ? TOP_HINTS.get(key) : undefined;
}
