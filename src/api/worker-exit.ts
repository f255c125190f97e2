/** A worker's exit code when it is to be started again. */
export const EXIT_AGAIN = 1;

/** A worker's exit code when trying again would make no progress: Kubernetes then fails its Job at once. */
export const EXIT_TERMINAL = 3;
