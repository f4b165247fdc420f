import { loadPackageDefinition, Server, ServerCredentials, status } from "@grpc/grpc-js";
import type { sendUnaryData, ServerUnaryCall, ServiceDefinition } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { join } from "node:path";

import type { Call, Request, Session } from "./provider-calls";

/** A provider that listens for Terraform. */
export interface ProviderServer {
  /** Where it listens, as `host:port`. */
  readonly address: string;
  /** Stops listening and cuts what is connected. */
  close(): void;
}

/** Only the own machine may connect, at a port the system chooses. */
const LOOPBACK = "127.0.0.1:0";

/**
 * Serves the calls of one provider.
 *
 * Every connection has a session of its own, since Terraform opens one per configuration of a provider and all of
 * them end up in this one process.
 *
 * @throws when no port can be had
 */
export async function serveProvider(calls: Readonly<Record<string, Call>>): Promise<ProviderServer> {
  const sessions = new Map<string, Session>();
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  const handlers = Object.entries(calls).map(([name, call]) => [name, unary(call, sessions)] as const);
  server.addService(providerService(), Object.fromEntries(handlers));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(LOOPBACK, ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { address: `127.0.0.1:${port}`, close: () => server.forceShutdown() };
}

function unary(call: Call, sessions: Map<string, Session>) {
  return (rpc: ServerUnaryCall<Request, object>, respond: sendUnaryData<object>): void => {
    const session = sessions.get(rpc.getPeer()) ?? { settings: { region: null, defaultTags: null } };
    sessions.set(rpc.getPeer(), session);
    Promise.resolve()
      .then(() => call(rpc.request, session))
      .then(
        (response) => respond(null, response),
        (error: unknown) =>
          respond({ code: status.INTERNAL, details: `the test provider failed: ${textOf(error)}` }),
      );
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function providerService(): ServiceDefinition {
  const definition = loadSync(join(__dirname, "tfplugin6.proto"), {
    keepCase: true,
    longs: Number,
    enums: String,
    defaults: true,
  });
  const { tfplugin6 } = loadPackageDefinition(definition) as unknown as {
    tfplugin6: { Provider: { service: ServiceDefinition } };
  };
  return tfplugin6.Provider.service;
}
