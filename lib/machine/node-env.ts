/** Path of the one file by which values reach the scripts on a node. */
export const NODE_ENV_PATH = "/etc/cdktf-mesos/node.env";

const KEY = /^[A-Z][A-Z0-9_]*$/;

/** Characters that bash and systemd read alike inside double quotes. */
const VALUE = /^[A-Za-z0-9 _.,:;/@+=[\]()-]*$/;

/**
 * Lines `KEY="value"`, sorted by key, that a shell can source and systemd can read as `EnvironmentFile`.
 *
 * @throws Error naming the key and the value when a value holds anything those two would read differently
 */
export function nodeEnv(values: Record<string, string>): string {
  const lines = Object.entries(values)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => {
      if (!KEY.test(key)) throw new Error(`node.env: a key must be upper case, got ${JSON.stringify(key)}`);
      if (!VALUE.test(value)) {
        throw new Error(
          `node.env: '${key}' must hold only letters, digits, spaces and _.,:;/@+=[]()-, got ${JSON.stringify(value)}`,
        );
      }
      return `${key}="${value}"\n`;
    });
  return lines.join("");
}
