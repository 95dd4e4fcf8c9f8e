// What a connection to a server is made from, once its variables have values and its certificates are read. Types.

import type { Address } from '../config/remote-address.ts';

export interface Tls {
  /** Who signs the server's certificate, in place of those that Node trusts; in PEM, as are the others. */
  ca?: Buffer;
  /** Ours, for a server that asks for one. */
  cert?: Buffer;
  key?: Buffer;
}

export interface Endpoint {
  /** As it is written, for messages. */
  url: string;
  address: Address;
  /** By name. Values may be secrets. */
  headers: Readonly<Record<string, string>>;
  tls: Tls;
  /** How long nothing may come from it. */
  timeoutMs: number;
}
