import { HealthCheck } from "../mesos/health-check";
import { TASK_DOMAIN } from "../mesos/task-domain";
import type { TaskLink } from "../mesos/task-link";
import { UpdateStrategy } from "../mesos/update-strategy";

/** One service of Sock Shop, as its authors built it. */
export interface SockShopService {
  readonly name: string;
  /** Repository as Docker Hub names it in full. */
  readonly repository: string;
  readonly tag: string;
  /** SHA-256 of the image's amd64 manifest; `undefined` where nobody has seen it. */
  readonly digest?: string;
  readonly shellCommand?: string;
  readonly command?: string[];
  readonly args?: string[];
  readonly environment?: Record<string, string>;
  /** CPUs, where they are not those of every service. */
  readonly cpus?: number;
  readonly memoryMiB: number;
  readonly ports?: number[];
  /** Ports of the agent itself: then a copy runs on every agent. */
  readonly hostPorts?: number[];
  readonly links?: TaskLink[];
  readonly healthCheck: HealthCheck;
  /** Time to end by itself, in seconds, where Mesos' 3 do not do. */
  readonly killGraceSec?: number;
  readonly updateStrategy?: UpdateStrategy;
}

/** A JVM on a fifth of a cpu is slow to start. */
const JAVA_GRACE_SEC = 240;

/** Databases write what they hold before they end. */
const DATABASE_GRACE_SEC = 15;

const JAVA_OPTIONS =
  "-Xms64m -Xmx128m -XX:+UseG1GC -Djava.security.egd=file:/dev/urandom -Dspring.zipkin.enabled=false";

/** MongoDB sizes its cache by the machine's memory, not by the container's. */
const MONGO = {
  repository: "library/mongo",
  tag: "3.4",
  digest: "4e4db7a2f5b2c3c11c905830bb4098ffc8ca5fcfae919974f5e2ef50b8feee58",
  args: ["mongod", "--wiredTigerCacheSizeGB=0.25"],
  memoryMiB: 512,
  ports: [27017],
  ...database(27017),
};

/**
 * The services. Each finds the others by names in the domain of the tasks, given to it in its own way; memory is the
 * limit its authors give it on Kubernetes, and ours where they give none.
 *
 * @see https://github.com/microservices-demo/microservices-demo/blob/master/deploy/kubernetes/complete-demo.yaml
 */
export const SOCK_SHOP_SERVICES: readonly SockShopService[] = [
  {
    name: "catalogue-db",
    repository: "weaveworksdemos/catalogue-db",
    tag: "0.3.0",
    digest: "7ba74ec9adf88f6625b8d85d3323d1ee5232b39877e1590021ea485cf9457251",
    environment: { MYSQL_ALLOW_EMPTY_PASSWORD: "true", MYSQL_DATABASE: "socksdb" },
    memoryMiB: 512,
    ports: [3306],
    ...database(3306),
  },
  { name: "carts-db", ...MONGO },
  { name: "orders-db", ...MONGO },
  {
    name: "user-db",
    repository: "weaveworksdemos/user-db",
    tag: "0.3.0",
    digest: "695bc22c11396c7ae747118c56e619f3b3295d9d4cbec999d30230b3f399a389",
    memoryMiB: 512,
    ports: [27017],
    ...database(27017),
  },
  {
    name: "session-db",
    repository: "library/redis",
    tag: "6.0.17-alpine",
    digest: "1a3f1d22b72656df6e7444e1f0b76ca08602981ebfc72ffc77bd023af0b18055",
    memoryMiB: 128,
    ports: [6379],
    ...database(6379),
  },
  {
    name: "rabbitmq",
    repository: "library/rabbitmq",
    tag: "3.6.8",
    digest: "6b0fe7a3a89f29e4ec21b159a8a39590886872c8ba5fb8447b4eb4d42a45617d",
    memoryMiB: 512,
    ports: [5672],
    ...database(5672),
  },
  {
    name: "catalogue",
    repository: "weaveworksdemos/catalogue",
    tag: "0.3.5",
    digest: "0147a65b7116569439eefb1a6dbed455fe022464ef70e0c3cab75bc4a226b39b",
    command: [
      "/app",
      "-port=80",
      `-DSN=catalogue_user:default_password@tcp(${host("catalogue-db")}:3306)/socksdb`,
    ],
    memoryMiB: 200,
    ports: [80],
    healthCheck: HealthCheck.http(80, "/health"),
    links: [{ taskName: "catalogue-db", port: 3306, startAfter: true }],
  },
  {
    name: "carts",
    repository: "weaveworksdemos/carts",
    tag: "0.4.8",
    digest: "434d2f5a6e0e8beef1f253fe96f45b8437a703125fc003434c5282ecf8969a4f",
    ...java(`--db=${host("carts-db")}`),
    links: [{ taskName: "carts-db", port: 27017, startAfter: true }],
  },
  {
    name: "orders",
    repository: "weaveworksdemos/orders",
    tag: "0.4.7",
    digest: "b622e40e83433baf6374f15e076b53893f79958640fc6667dff597622eff03b9",
    ...java(`--db=${host("orders-db")}`, `--domain=${TASK_DOMAIN}`),
    links: [
      { taskName: "orders-db", port: 27017, startAfter: true },
      ...["carts", "payment", "shipping", "user"].map((taskName) => ({ taskName, port: 80 })),
    ],
  },
  {
    name: "shipping",
    repository: "weaveworksdemos/shipping",
    tag: "0.4.8",
    digest: "983305c948fded487f4a4acdeab5f898e89d577b4bc1ca3de7750076469ccad4",
    ...java(`--spring.rabbitmq.host=${host("rabbitmq")}`),
    links: [{ taskName: "rabbitmq", port: 5672 }],
  },
  {
    name: "queue-master",
    repository: "weaveworksdemos/queue-master",
    tag: "0.3.1",
    digest: "6292d3095f4c7aeed8d863527f8ef6d7a75d3128f20fc61e57f398c100142712",
    ...java(`--spring.rabbitmq.host=${host("rabbitmq")}`),
    links: [{ taskName: "rabbitmq", port: 5672 }],
  },
  {
    name: "payment",
    repository: "weaveworksdemos/payment",
    tag: "0.4.3",
    digest: "5ab1c9877480a018d4dda10d6dfa382776e6bca9fc1c60bacbb80903fde8cfe0",
    command: ["/app", "-port=80"],
    memoryMiB: 200,
    ports: [80],
    healthCheck: HealthCheck.http(80, "/health"),
  },
  {
    name: "user",
    repository: "weaveworksdemos/user",
    tag: "0.4.7",
    digest: "2ffccc332963c89e035fea52201012208bf62df43a55fe461ad6598a5c757ab7",
    command: ["/user", "-port=80", `-link-domain=${host("user")}`, `-mongo-host=${host("user-db")}:27017`],
    environment: { USER_DATABASE: "mongodb" },
    memoryMiB: 200,
    ports: [80],
    healthCheck: HealthCheck.http(80, "/health"),
    links: [{ taskName: "user-db", port: 27017, startAfter: true }],
  },
  {
    name: "front-end",
    repository: "weaveworksdemos/front-end",
    tag: "0.3.12",
    digest: "26a2d9b6b291dee2dca32fca3f5bff6c2fa07bb5954359afcbc8001cc70eac71",
    shellCommand: `cd /usr/src/app && exec npm start -- --domain=${TASK_DOMAIN}`,
    environment: { SESSION_REDIS: "true" },
    memoryMiB: 1000,
    ports: [8079],
    healthCheck: HealthCheck.http(8079, "/"),
    links: [
      ...["carts", "catalogue", "orders", "user"].map((taskName) => ({ taskName, port: 80 })),
      { taskName: "session-db", port: 6379 },
    ],
  },
  {
    name: "edge-router",
    repository: "weaveworksdemos/edge-router",
    tag: "0.1.1",
    shellCommand:
      `sed -i 's|//front-end:8079|//${host("front-end")}:8079|' /etc/traefik/traefik.toml && ` +
      "exec traefik",
    cpus: 0.1,
    memoryMiB: 64,
    hostPorts: [80],
    // it answers 404 and 502 for what is not its own fault
    healthCheck: HealthCheck.tcp(80),
    links: [{ taskName: "front-end", port: 8079 }],
  },
];

function host(service: string): string {
  return `${service}.${TASK_DOMAIN}`;
}

/** What the services in Java have in common. */
function java(
  ...options: string[]
): Pick<SockShopService, "command" | "environment" | "memoryMiB" | "ports" | "healthCheck"> {
  return {
    command: ["/usr/local/bin/java.sh", "-jar", "/usr/src/app/app.jar", "--port=80", ...options],
    environment: { JAVA_OPTS: JAVA_OPTIONS },
    memoryMiB: 500,
    ports: [80],
    healthCheck: HealthCheck.http(80, "/health", { graceSec: JAVA_GRACE_SEC }),
  };
}

/** What databases and the message queue have in common: they are well when they take connections. */
function database(port: number): Pick<SockShopService, "healthCheck" | "killGraceSec" | "updateStrategy"> {
  return {
    healthCheck: HealthCheck.tcp(port),
    killGraceSec: DATABASE_GRACE_SEC,
    updateStrategy: UpdateStrategy.STOP_FIRST,
  };
}
