/** Exit code of a worker that Kubernetes should start again. */
export const EXIT_AGAIN = 1;

/** Exit code of a worker for which a retry makes no progress: Kubernetes then fails its Job at once. */
export const EXIT_TERMINAL = 3;
