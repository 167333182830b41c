/** Where a port of one replica is, as its agent knows it. */
export interface LineAddress {
  readonly agentId: string;
  readonly unit: string;
  readonly replica: number;
  readonly port: number;
}

/** The endpoint URL of an address: `line://agentId/unit/replica/port`. */
export function lineUrl({ agentId, unit, replica, port }: LineAddress): string {
  return `line://${agentId}/${unit}/${replica}/${port}`;
}

/** The address in an endpoint URL, or undefined when it is no line URL. */
export function parseLineUrl(url: string): LineAddress | undefined {
  const [, agentId, unit, replica, port] = LINE_URL.exec(url) ?? [];
  if (agentId === undefined || unit === undefined) return undefined;
  return { agentId, unit, replica: Number(replica), port: Number(port) };
}

const LINE_URL = /^line:\/\/([A-Za-z0-9_-]{1,128})\/([A-Za-z0-9_-]{1,128})\/(\d{1,6})\/(\d{1,5})$/;
