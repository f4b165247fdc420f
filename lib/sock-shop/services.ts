import { TASK_DOMAIN } from "../mesos/task-domain";

/** One service of Sock Shop, as its authors built it. */
export interface SockShopService {
  readonly name: string;
  readonly image: string;
  readonly command?: string[];
  readonly environment?: Record<string, string>;
  readonly memoryMiB: number;
  readonly ports: number[];
  /** Services that must be running before this one. */
  readonly startAfter?: string[];
}

/**
 * The services this release runs. The others follow.
 *
 * @see https://github.com/microservices-demo/microservices-demo
 */
export const SOCK_SHOP_SERVICES: readonly SockShopService[] = [
  {
    name: "catalogue-db",
    image: "weaveworksdemos/catalogue-db:0.3.0",
    environment: { MYSQL_ALLOW_EMPTY_PASSWORD: "true", MYSQL_DATABASE: "socksdb" },
    memoryMiB: 512,
    ports: [3306],
  },
  {
    name: "catalogue",
    image: "weaveworksdemos/catalogue:0.3.5",
    command: [
      "/app",
      "-port=80",
      `-DSN=catalogue_user:default_password@tcp(catalogue-db.${TASK_DOMAIN}:3306)/socksdb`,
    ],
    memoryMiB: 200,
    ports: [80],
    startAfter: ["catalogue-db"],
  },
];
