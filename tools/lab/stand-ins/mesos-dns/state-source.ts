import { basicAuthorization } from "../wire/basic-auth";
import type { DnsConfig } from "./config";
import type { MesosState } from "./records";

const TIMEOUT_MS = 3000;

/**
 * What the leading master knows, through whichever master answers first.
 *
 * @throws Error with what each of them said
 */
export async function loadState(config: DnsConfig): Promise<MesosState> {
  const said: string[] = [];
  for (const master of config.masters) {
    try {
      return await ask(`http://${master}/state`, headersOf(config));
    } catch (error) {
      said.push(`${master}: ${(error as Error).message}`);
    }
  }
  throw new Error(said.join("; "));
}

function headersOf({ mesosAuthentication, mesosCredentials }: DnsConfig): Record<string, string> {
  return mesosAuthentication === "basic" && mesosCredentials !== undefined
    ? { Authorization: basicAuthorization(mesosCredentials) }
    : {};
}

/** Followers redirect to the leader, who wants the credentials too. */
async function ask(url: string, headers: Record<string, string>, redirects = 1): Promise<MesosState> {
  const response = await fetch(url, { headers, redirect: "manual", signal: AbortSignal.timeout(TIMEOUT_MS) });
  const location = response.headers.get("location");
  if (response.status === 307 && location !== null && redirects > 0) {
    return ask(new URL(location, url).href, headers, redirects - 1);
  }
  if (response.status !== 200) throw new Error(`${response.status} ${response.statusText}`);
  return (await response.json()) as MesosState;
}
