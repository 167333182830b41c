export interface Starter {
  readonly name: string;
  readonly image: string;
  readonly port: number;
}

/** A spec to begin with: valid as it stands, and so is it with any line that is commented out put in. */
export function starterSpec({ name, image, port }: Starter): string {
  return `# What Berth runs, and where it may. Every field: docs/spec.md
name: ${name}
image: ${quoted(image)}          # a tag stays a tag; NAME@sha256:... makes every host run the same bytes
port: ${port}                    # what the container listens on; Berth also sets PORT to it

resources:
  cpu: 0.5                    # of one vCPU
  memory: 512Mi
  # arch: any                 # or amd64, arm64

scale:
  min: 1                      # 0 lets it sleep where the place can
  max: 4

health:
  path: /                     # answers 200 to 399 when it is ready; left out, an open port is enough

# env: { LOG_LEVEL: info }
# rollout: { deadlineSeconds: 900 }   # what does not serve by then is rolled back

usage:                        # what its price is reckoned with
  requestsPerMonth: 1000000
  requestMs: 80
  egressGiBPerMonth: 10
`;
}

// Only what YAML could read as something else than text needs quotes.
function quoted(text: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9._/@:-]*$/.test(text) && !text.endsWith(":") ? text : JSON.stringify(text);
}
