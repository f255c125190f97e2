/**
 * Aborts at the first SIGINT or SIGTERM, and when the launcher that holds a channel to this process is gone, however it
 * ended; at the second the process ends at once.
 */
export function stopSignal(): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  process.once('disconnect', stop);
  // The channel is for its end alone, and keeps no process alive.
  process.channel?.unref();
  return controller.signal;
}
