export interface Starter {
  readonly name: string;
  readonly image: string;
  readonly port: number;
}

/** A spec to begin with: valid as it stands, every line says what it does, what is commented out shows its default. */
export function starterSpec({ name, image, port }: Starter): string {
  return `# What Berth runs, and where it may. Every field: docs/spec.md
name: ${name}
image: ${quoted(image)}          # resolved once to a digest; a plan pins it
port: ${port}                    # what the container listens on; Berth also sets PORT to it

resources:
  cpu: 0.5                    # of one vCPU
  memory: 512Mi
  # arch: any                 # or amd64, arm64

scale:
  min: 1                      # 0 lets it sleep where the place can
  max: 4

health:
  path: /                     # answers 200 when it is ready; left out, an open port is enough

# env:
#   LOG_LEVEL: info
# rollout:
#   percents: [10, 50, 100]   # traffic shifts in these steps
#   onFailure: rollback       # the old revision keeps serving when the new one fails

usage:                        # a hint for prices; what is measured counts once there is traffic
  requestsPerMonth: 1000000
  requestMs: 80
  egressGiBPerMonth: 10
`;
}

// Only what YAML could read as something else than text needs quotes.
function quoted(text: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9._/@:-]*$/.test(text) && !text.endsWith(":") ? text : JSON.stringify(text);
}
