import type { Agent } from "../cluster-state";
import { Answer, ApiRequest, jsonAnswer, NOT_FOUND } from "./answer";
import { AGENT_PORT, MESOS_RELEASE } from "./mesos-release";
import { amountsJson } from "./resources-json";
import { downloadSandboxFile, readSandboxFile } from "./sandbox-file";

/**
 * An agent's answer.
 *
 * @param root its root directory, in which the sandboxes of its tasks are
 */
export function answerAsAgent({ url }: ApiRequest, agent: Agent, root: string): Answer {
  const { pathname, searchParams } = new URL(url, "http://agent");
  switch (pathname.replace(/^\/slave\(1\)(?=\/)/, "")) {
    case "/health":
      return { status: 200 };
    case "/version":
      return jsonAnswer({ version: MESOS_RELEASE.version });
    case "/state":
      return jsonAnswer({
        version: MESOS_RELEASE.version,
        id: agent.id,
        pid: `slave(1)@${agent.address}:${AGENT_PORT}`,
        hostname: agent.address,
        resources: amountsJson(agent.total),
      });
    case "/files/read":
      return readSandboxFile(root, searchParams);
    case "/files/download":
      return downloadSandboxFile(root, searchParams);
    default:
      return NOT_FOUND;
  }
}
