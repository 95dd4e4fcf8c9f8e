// The sockets of a channel, as far as its library leaves them to us. The system asks whether the other end is still there, so that a
// connection that was cut in silence ends. And those that are not connected yet end with the channel: a server behind a firewall that
// drops packets, or one that never finishes the TLS handshake, would keep the process alive for minutes after its last call.

import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import type { ChannelCredentials } from '@grpc/grpc-js';

/** Where Node tells of each socket that is made. */
const MADE = 'net.client.socket';

/** After so much silence; from then on every second, on Linux ten times. */
const SILENT_MS = 30_000;

type Connector = ReturnType<ChannelCredentials['_createSecureConnector']>;

export class Sockets {
  readonly #pending = new Set<Socket>();
  #isClosed = false;

  /** The same credentials, watched. */
  watch(credentials: ChannelCredentials): ChannelCredentials {
    const create = credentials._createSecureConnector.bind(credentials);
    credentials._createSecureConnector = (...args) => this.#watched(create(...args));
    return credentials;
  }

  /** Ends those that are not connected by now, and those that are to come. Of the others the library lets go itself. */
  close(): void {
    this.#isClosed = true;
    for (const socket of this.#pending) socket.destroy();
  }

  #watched(connector: Connector): Connector {
    return {
      waitForReady: async () => {
        await connector.waitForReady();
        // The library makes the socket next, before anything else comes to its turn.
        subscribe(MADE, this.#made);
        setImmediate(() => unsubscribe(MADE, this.#made));
      },
      connect: async (socket) => {
        socket.setKeepAlive(true, SILENT_MS);
        const connected = await connector.connect(socket);
        this.#pending.delete(socket);
        if (this.#isClosed) connected.socket.destroy();
        return connected;
      },
      getCallCredentials: () => connector.getCallCredentials(),
      destroy: () => connector.destroy(),
    };
  }

  readonly #made = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    // Destroyed while it is being made, it would connect all the same.
    if (this.#isClosed) setImmediate(() => socket.destroy());
    this.#pending.add(socket);
    socket.once('close', () => this.#pending.delete(socket));
  };
}
