/** What the harness decides about a server. */
export interface NatsConfigurationParts {
  readonly host: string;
  readonly port: number;
  /** Absent: no JetStream. */
  readonly storeDirectory: string | undefined;
  readonly config: string | undefined;
}

/** The server's configuration file. */
export function natsConfiguration({ host, port, storeDirectory, config }: NatsConfigurationParts): string {
  const lines = [`listen: ${JSON.stringify(`${host}:${port}`)}`];
  if (storeDirectory !== undefined) lines.push(`jetstream { store_dir: ${JSON.stringify(storeDirectory)} }`);
  if (config !== undefined) lines.push(config);
  return `${lines.join('\n')}\n`;
}
