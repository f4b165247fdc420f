import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

/** A certificate and its key, in PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/**
 * Makes a certificate for some hosts. It is signed by itself: who trusts it trusts those hosts.
 *
 * @param directory an existing folder for a moment
 */
export function makeCertificate(hosts: readonly string[], directory: string): Certificate {
  const keyFile = path.join(directory, "key.pem");
  const cert = execFileSync(
    "openssl",
    [
      ...[
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-noenc",
        "-days",
        "30",
      ],
      ...[
        "-subj",
        "/CN=cdktf-mesos lab",
        "-addext",
        `subjectAltName=${hosts.map((host) => `DNS:${host}`).join(",")}`,
      ],
      ...["-keyout", keyFile],
    ],
    { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] },
  );
  const key = fs.readFileSync(keyFile, "utf8");
  fs.rmSync(keyFile);
  return { cert, key };
}
