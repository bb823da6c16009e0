import type { Server } from "node:http";
import { fail, ok, type Result } from "@ballast/kernel";
import express from "express";
import type { PrometheusMetrics } from "./prometheus-metrics.ts";

export interface HealthOptions {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
  readonly metrics: PrometheusMetrics;
  /** Ready means useful: started, and on the bus. */
  readonly isReady: () => boolean;
}

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/** `/healthz`: the process answers. `/readyz`: it can do its work. `/metrics`: for Prometheus. */
export function serveHealth(options: HealthOptions): Promise<Result<HealthServer>> {
  const app = express();
  app.disable("x-powered-by");
  app.get("/healthz", (_request, response) => {
    response.type("text/plain").send("ok\n");
  });
  app.get("/readyz", (_request, response) => {
    const isReady = options.isReady();
    response
      .status(isReady ? 200 : 503)
      .type("text/plain")
      .send(isReady ? "ready\n" : "not ready: the bus is not connected\n");
  });
  app.get("/metrics", async (_request, response) => {
    response.type(options.metrics.contentType).send(await options.metrics.render());
  });
  return new Promise((resolve) => {
    const server: Server = app.listen(options.port, options.host, (error?: Error) => {
      if (error !== undefined) return resolve(fail("config.invalid", error.message));
      const address = server.address();
      resolve(
        ok({
          port: address !== null && typeof address === "object" ? address.port : options.port,
          close: () =>
            new Promise((closed) => {
              server.closeAllConnections();
              server.close(() => closed());
            }),
        }),
      );
    });
  });
}
