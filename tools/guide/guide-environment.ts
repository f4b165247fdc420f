/** What programs need of any environment, and what leads them through a network to an agent or a proxy. */
const BASE = [
  ...[
    "PATH",
    "HOME",
    "USER",
    "LOGNAME",
    "SHELL",
    "LANG",
    "LC_ALL",
    "TERM",
    "TMPDIR",
    "TZ",
    "CI",
    "SSH_AUTH_SOCK",
  ],
  ...["http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "SSL_CERT_FILE"],
];

/**
 * What a guide's steps find in their environment: the base, the variables it requires, and those that were asked for.
 *
 * So a guide that works says all that it needs.
 *
 * @throws Error that names every variable that is required and not set
 */
export function guideEnvironment(
  all: Readonly<Record<string, string | undefined>>,
  required: readonly string[],
  others: readonly string[],
): Record<string, string> {
  const missing = required.filter((name) => all[name] === undefined);
  if (missing.length > 0) {
    throw new Error(
      `guide: every variable of its require-env must be set, got none for ${missing.join(", ")}; export them`,
    );
  }
  const names = new Set([...BASE, ...required, ...others]);
  const entries = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined);
  // no step has a terminal, so programs need not draw on one
  return { CI: "true", ...Object.fromEntries(entries.filter(([name]) => names.has(name))) };
}
