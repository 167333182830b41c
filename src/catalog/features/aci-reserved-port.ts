/** Ports that Container Instances keeps for itself (Microsoft, container groups: reserved ports). */
const RESERVED: readonly (readonly [from: number, to: number])[] = [
  [22, 22],
  [1_025, 1_027],
  [3_389, 3_399],
  [9_999, 9_999],
  [19_000, 19_000],
  [19_080, 19_080],
  [19_100, 19_100],
  [19_390, 19_390],
  [20_000, 30_000],
  [49_152, 65_534],
];

/** The sentence against a port that Azure reserves; nothing for any other. */
export function reservedPort(port: number): string | undefined {
  const range = RESERVED.find(([from, to]) => port >= from && port <= to);
  return range === undefined
    ? undefined
    : `Container Instances keeps port ${port} for itself: let the container listen on another, such as 8080`;
}
