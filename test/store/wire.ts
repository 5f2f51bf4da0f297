import { createServer, connect, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A wire to a server that can be cut and mended: what a server that stops and starts again looks like from the other end. */
export interface Wire {
  /** The address with the wire in between. */
  readonly url: string;
  /** Every connection breaks, and nobody answers. */
  cut(): Promise<void>;
  mend(): Promise<void>;
}

/** Lays a wire to the server that a URL names; it is cut for good when the test is over. */
export async function openWire(url: string): Promise<Wire> {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const through = (near: Socket) => {
    const far = connect(Number(port), hostname);
    for (const [one, other] of [[near, far], [far, near]] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.once('close', () => (sockets.delete(one), other.destroy()));
    }
  };
  let server: Server = createServer(through);
  const listen = (at: number) => new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  await listen(0);
  const at = (server.address() as AddressInfo).port;
  const cut = async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  onTestFinished(() => cut().catch(() => undefined));
  const wired = new URL(url);
  wired.host = `127.0.0.1:${at}`;
  return {
    url: wired.href,
    cut,
    async mend() {
      server = createServer(through);
      await listen(at);
    },
  };
}
