import { Counter, Gauge, type Registry } from 'prom-client';
import type { SocketGuard } from './socket-guard.ts';

/** Exposes the connections of a process's ports, by the port's name. */
export function exposeSockets(registry: Registry, guards: Readonly<Record<string, SocketGuard>>): void {
  new Gauge({
    name: 'registry_index_connections',
    help: 'Connections that are open, by port',
    labelNames: ['port'],
    registers: [registry],
    collect() {
      for (const [port, guard] of Object.entries(guards)) this.set({ port }, guard.connections());
    },
  });
  new Counter({
    name: 'registry_index_connections_ended_total',
    help: 'Connections ended for the good of others, by port and reason: crowded, stalled, refused',
    labelNames: ['port', 'reason'],
    registers: [registry],
    collect() {
      this.reset();
      for (const [port, guard] of Object.entries(guards)) {
        for (const [reason, count] of Object.entries(guard.ended())) this.inc({ port, reason }, count);
      }
    },
  });
}
