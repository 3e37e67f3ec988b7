import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { instrumentMarketingCloud } from '../../src/opentelemetry';

/** The package's metrics as Prometheus scrapes them. */
export interface ScrapedMetrics {
  /** Host and port of a server that answers every request by the metrics. */
  readonly target: string;
  readonly text: () => Promise<string>;
  readonly close: () => Promise<void>;
}

/** Instruments the package and serves its metrics on loopback. */
export async function serveMetrics(): Promise<ScrapedMetrics> {
  const exporter = new PrometheusExporter({ preventServerStart: true });
  const provider = new MeterProvider({ readers: [exporter] });
  const stop = instrumentMarketingCloud({ meterProvider: provider });
  const server: Server = createServer((req, res) => exporter.getMetricsRequestHandler(req, res));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const target = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    target,
    text: async () => (await fetch(`http://${target}/metrics`)).text(),
    close: async () => {
      stop();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await provider.shutdown();
    },
  };
}
