// Services that stay up between the runs of a watch. Most configs have none, and load nothing for them.

import type { Config } from '../config/config.ts';
import type { ServiceHost, ServiceHostOptions } from '../run/services/host.ts';

export class WatchServices {
  readonly #options: ServiceHostOptions;
  #host: ServiceHost | undefined;

  constructor(options: ServiceHostOptions) {
    this.#options = options;
  }

  /** Where those of this config live; undefined as long as none ever had any. */
  async hostFor({ tasks }: Config): Promise<ServiceHost | undefined> {
    if (this.#host !== undefined || !tasks.some(({ service }) => service !== undefined)) return this.#host;
    const { ServiceHost } = await import('../run/services/host.ts');
    this.#host = new ServiceHost(this.#options);
    return this.#host;
  }

  /** Stops those that are no services of the config any more. */
  async keepOnly({ tasks }: Config): Promise<void> {
    const isThere = new Set(tasks.flatMap(({ id, service }) => (service === undefined ? [] : [id])));
    for (const id of this.#host?.names ?? []) if (!isThere.has(id)) await this.#host?.stop(id);
  }

  async close(): Promise<void> {
    await this.#host?.close();
  }
}
