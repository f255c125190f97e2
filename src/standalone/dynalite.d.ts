declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** A DynamoDB-compatible server; with `path` its data outlives the process. Closing the server closes the data. */
  export default function dynalite(options: {
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }): Server;
}
